import { Code, Text, Title } from '@mantine/core';
import { Workload, type WorkloadEnvironment } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { DeliveredApplication } from '../../api/application.ts';
import type { CatalogEntity } from '../../api/catalog.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { ResourceTree } from '../delivery/resource-tree.tsx';
import { Environments } from '../service-environments.tsx';
import { sourceOf } from './source.ts';

/** What a component runs as: its environments side by side, its pipeline, and in each what it consists of. */
export default function Running({ entity }: { entity: CatalogEntity }) {
  const { items, error } = useLive(Workload);
  if (error) return <Problem title="The services could not be read">{error}</Problem>;
  if (!items) return <Waiting what="looking for its service" />;
  const workload = items.find(item => isOf(item, entity));
  if (!workload)
    return (
      <Text>
        The platform runs nothing for it that you may see. <Link to={paths.create()}>Create a service</Link>,
        or import its repository.
      </Text>
    );
  return <Service workload={workload} />;
}

/** The service of a component: the one it is made from, or the one that its repository feeds. */
function isOf({ metadata, spec }: Workload, entity: CatalogEntity): boolean {
  const named = entity.metadata.annotations?.['slipway.dev/workload'];
  if (named !== undefined) return named === `${metadata.namespace}/${metadata.name}`;
  const source = sourceOf(entity);
  return metadata.namespace === `team-${source?.owner}` && spec.repository === source?.repository;
}

function Service({ workload }: { workload: Workload }) {
  const { name = '', namespace = '' } = workload.metadata;
  const { pipeline, environments = [] } = workload.status ?? {};
  return (
    <>
      <div className="facts">
        <Link to={paths.service(namespace, name)}>Service {name}</Link>
        <Health word={pipeline?.phase ?? 'Pending'} />
        {pipeline ? <Code>{pipeline.revision.slice(0, 7)}</Code> : null}
        <Link to={paths.pipeline(namespace, name)}>Pipeline</Link>
      </div>
      <Environments workload={workload} />
      {environments.map(environment => (
        <Delivered key={environment.name} namespace={namespace} environment={environment} />
      ))}
    </>
  );
}

function Delivered({ namespace, environment }: { namespace: string; environment: WorkloadEnvironment }) {
  const { items } = useLive(DeliveredApplication, { namespace, name: environment.application });
  const application = items?.[0];
  if (!application) return null;
  return (
    <section className="section" aria-label={`In ${environment.name}`}>
      <Title order={2} size="h4" mb="xs">
        In {environment.name}:{' '}
        <Link to={paths.delivery(namespace, environment.application)}>{environment.application}</Link>
      </Title>
      <ResourceTree
        application={{ namespace, name: environment.application }}
        namespace={environment.namespace}
        resources={application.status?.resources ?? []}
      />
    </section>
  );
}
