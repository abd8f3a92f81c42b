import { Repository, Template, Workload } from '@slipway/kinds';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { findEntities } from '../../api/catalog.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { OTHER_PLACES, PLACES, PLATFORM_PLACES, useServed } from '../places.ts';
import type { Entry } from './ranked.ts';

/** Entities asked for at once: more are found by typing more. */
const ENTITIES = 20;

/** All that the palette leads to now: places, actions, services, repositories; and entities that hold what was typed. */
export function useEntries(typed: string): Entry[] {
  const services = useLive(Workload).items ?? [];
  const repositories = useLive(Repository).items ?? [];
  const templates = useLive(Template).items ?? [];
  const pages = useServed([...PLACES, ...OTHER_PLACES, ...PLATFORM_PLACES.slice(1)]).map(
    ({ label, path, words }) => ({
      id: `page ${path}`,
      label,
      kind: 'Page',
      to: path,
      ...(words ? { words } : {}),
    }),
  );
  const entities = useEntities(typed.trim());
  return [
    ...pages,
    ...services.flatMap(({ metadata }) => serviceEntries(metadata.namespace ?? '', metadata.name)),
    ...templates.map(templateEntry),
    signOut,
    ...repositories.map(repositoryEntry),
    ...entities,
  ];
}

function serviceEntries(namespace: string, name: string): Entry[] {
  const to = paths.service(namespace, name);
  return [
    { id: `service ${to}`, label: name, kind: 'Service', to },
    { id: `runs ${to}`, label: `Pipeline of ${name}`, kind: 'Page', to: paths.pipeline(namespace, name) },
    { id: `promote ${to}`, label: `Promote ${name}`, kind: 'Action', words: 'environment release', to },
    { id: `retire ${to}`, label: `Retire ${name}`, kind: 'Action', words: 'delete remove', to },
  ];
}

function templateEntry({ metadata }: Template): Entry {
  const { name = '', annotations } = metadata;
  const title = annotations?.['slipway.dev/title'] ?? name;
  return {
    id: `create ${name}`,
    label: `Create from ${title}`,
    kind: 'Action',
    words: `new ${name}`,
    to: paths.template(name),
  };
}

function repositoryEntry({ metadata, spec }: Repository): Entry {
  const to = paths.repository(metadata.namespace ?? '', metadata.name ?? '');
  return { id: `repository ${to}`, label: `${spec.owner}/${spec.name}`, kind: 'Repository', to };
}

const signOut: Entry = {
  id: 'sign-out',
  label: 'Sign out',
  kind: 'Action',
  words: 'leave log out',
  act: () => document.querySelector<HTMLFormElement>('#sign-out')?.requestSubmit(),
};

function useEntities(term: string): Entry[] {
  const { data } = useQuery({
    queryKey: ['palette', term],
    enabled: term !== '',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => findEntities({ text: term, limit: ENTITIES }, signal),
  });
  return (data?.items ?? []).map(({ kind, metadata }) => {
    const { namespace = 'default', name, title } = metadata;
    return {
      id: `entity ${kind}:${namespace}/${name}`.toLowerCase(),
      label: title ?? name,
      kind,
      words: `${term} ${name} ${namespace}`,
      to: paths.entity(kind, namespace, name),
    };
  });
}
