import { ChangeRequest, Repository } from '@slipway/kinds';
import { Link, useLocation, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import '../../ui/tabs.css';

/** The repository of the address, live; until it is there, what stands instead of the page. */
export function useRepository(): { repository: Repository } | { instead: ReactNode } {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { items, error } = useLive(Repository, { namespace, name });
  if (error) return { instead: <Problem title="The repository could not be read">{error}</Problem> };
  if (!items) return { instead: <Waiting what="reading the repository" /> };
  const [repository] = items;
  if (repository) return { repository };
  return {
    instead: (
      <Problem title={`There is no repository ${name}`}>
        <Link to={paths.repositories()}>All repositories</Link> that you may read are listed.
      </Problem>
    ),
  };
}

/** Changes of one repository, newest first. */
export function useChanges({ metadata }: Repository): ChangeRequest[] | undefined {
  const { items } = useLive(ChangeRequest, { namespace: metadata.namespace ?? '' });
  return items
    ?.filter(({ spec, status }) => spec.repository === metadata.name && status?.author !== undefined)
    .sort((a, b) => b.spec.number - a.spec.number);
}

/** Title of a repository's pages, and the way between them. */
export function RepositoryHead({ repository, beside }: { repository: Repository; beside?: ReactNode }) {
  const { metadata, spec } = repository;
  const { namespace = '', name = '' } = metadata;
  const { pathname, search } = useLocation();
  const tab = (search as { tab?: string }).tab;
  const code = paths.repository(namespace, name);
  const changes = paths.changes(namespace, name);
  const open = useChanges(repository)?.filter(({ status }) => status?.state === 'open').length;
  // The router's own mark would fall on every address below, too.
  const current = (is: boolean) => ({
    activeOptions: { exact: true, includeSearch: true },
    ...(is ? { 'aria-current': 'page' as const } : {}),
  });
  return (
    <>
      <PageTitle beside={beside}>{`${spec.owner}/${spec.name}`}</PageTitle>
      <nav className="tabs" aria-label="Repository">
        <Link to={code} search={{} as never} {...current(pathname === code && !tab)}>
          Code
        </Link>
        <Link to={code} search={{ tab: 'commits' } as never} {...current(tab === 'commits')}>
          Commits
        </Link>
        <Link to={code} search={{ tab: 'branches' } as never} {...current(tab === 'branches')}>
          Branches
        </Link>
        <Link to={changes} search={{} as never} {...current(pathname.startsWith(changes))}>
          Changes{open ? ` (${open})` : ''}
        </Link>
      </nav>
    </>
  );
}
