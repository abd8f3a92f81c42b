import { Text } from '@mantine/core';
import { hasReason, messageOf } from '@slipway/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { type CatalogEntity, getEntity } from '../../api/catalog.ts';
import { useCatalogChanges } from '../../api/catalog-changes.ts';
import { paths } from '../../paths.ts';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { About } from './about.tsx';
import { Docs } from './docs.tsx';
import { entityCommand } from './entity-command.ts';
import { Problems } from './problems.tsx';
import { Relations } from './relations.tsx';
import { Tool, toolName } from './tool.tsx';
import { type FoundService, NO_SERVICE, type ServicePlace, servicePlace, useService } from './use-service.ts';
import './catalog.css';

const ApiViewer = lazy(() => import('./api-viewer.tsx'));
const Running = lazy(() => import('./running.tsx'));
const ServiceScore = lazy(() => import('./service-score.tsx'));
const ServiceAudit = lazy(() => import('./service-audit.tsx'));

/** One entity: what it says of itself, what it has to do with others, what runs, its documentation and interface. */
export function EntityPage() {
  const params = useParams({ strict: false }) as { kind: string; namespace: string; name: string };
  const { kind, namespace, name } = params;
  useCatalogChanges();
  const { data, error } = useQuery({
    queryKey: ['catalog', 'entity', kind, namespace, name],
    queryFn: ({ signal }) => getEntity(params, signal),
  });
  if (hasReason(error, 'NotFound'))
    return (
      <Problem title={`There is no ${kind} ${name}`}>
        It may have been removed, or never registered. <Link to={paths.catalog()}>Look in the catalog</Link>.
      </Problem>
    );
  if (error) return <Problem title="The entity could not be read">{messageOf(error)}</Problem>;
  if (!data) return <Waiting what="reading the entity" />;
  const place = servicePlace(data);
  if (place) return <ComponentView key={`${place.namespace}/${place.name}`} entity={data} place={place} />;
  return <EntityView entity={data} service={NO_SERVICE} />;
}

function ComponentView({ entity, place }: { entity: CatalogEntity; place: ServicePlace }) {
  return <EntityView entity={entity} service={useService(entity, place)} />;
}

function EntityView({ entity, service }: { entity: CatalogEntity; service: FoundService }) {
  const { tab = 'about' } = useSearch({ strict: false }) as { tab?: string };
  const tabs = tabsOf(entity, service);
  const { metadata, kind } = entity;
  const asked = tabs.find(({ id }) => id === tab);
  // A tab that only services have is not there before the service is.
  const chosen = asked ?? (service.isWaiting && SERVICE_TABS.includes(tab) ? undefined : tabs[0]);
  return (
    <>
      <PageTitle beside={<Text c="dimmed">{kind}</Text>}>{metadata.title ?? metadata.name}</PageTitle>
      <Problems entity={entity} />
      <Tabs label="About this entity" tabs={tabs} chosen={chosen?.id ?? ''} />
      <section className="section" aria-label={chosen?.label}>
        <Suspense fallback={<Waiting what="drawing it" />}>
          {chosen ? chosen.content() : <Waiting what="looking for its service" />}
        </Suspense>
      </section>
      <SameCommand command={entityCommand(entity)} />
      <ShowYaml object={entity} />
    </>
  );
}

interface EntityTab {
  id: string;
  label: string;
  content: () => ReactNode;
}

const SERVICE_TABS = ['score', 'audit'];

/** Which tabs an entity has depends on its kind, and on whether a service is behind it. */
function tabsOf(entity: CatalogEntity, service: FoundService): EntityTab[] {
  const kind = entity.kind.toLowerCase();
  const tool = toolName(entity);
  const tabs: (EntityTab & { kinds?: string[] })[] = [
    { id: 'about', label: 'About', content: () => aboutOf(entity, tool) },
    { id: 'relations', label: 'Relations', content: () => <Relations entity={entity} /> },
    { id: 'api', label: 'Interface', kinds: ['api'], content: () => <ApiViewer entity={entity} /> },
    { id: 'running', label: 'What runs', kinds: ['component'], content: () => <Running service={service} /> },
    { id: 'docs', label: 'Documentation', content: () => <Docs entity={entity} /> },
  ];
  const { workload } = service;
  if (workload)
    tabs.push(
      { id: 'score', label: 'Score', content: () => <ServiceScore workload={workload} /> },
      { id: 'audit', label: 'Audit', content: () => <ServiceAudit workload={workload} /> },
    );
  // What a tool runs as is the platform's own affair.
  const shown = tool === undefined ? tabs : tabs.filter(({ id }) => id !== 'running' && id !== 'docs');
  return shown.filter(({ kinds }) => kinds === undefined || kinds.includes(kind));
}

function aboutOf(entity: CatalogEntity, tool: string | undefined): ReactNode {
  return (
    <>
      <About entity={entity} />
      {tool === undefined ? null : <Tool name={tool} />}
    </>
  );
}
