import { Code, Text, Title } from '@mantine/core';
import type { Workload, WorkloadEnvironment } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { DeliveredApplication } from '../../api/application.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { ResourceTree } from '../delivery/resource-tree.tsx';
import { Environments } from '../service-environments.tsx';
import type { FoundService } from './use-service.ts';

/** What a component runs as: its environments side by side, its pipeline, and in each what it consists of. */
export default function Running({ service: { workload, error, isWaiting } }: { service: FoundService }) {
  if (error) return <Problem title="The services could not be read">{error}</Problem>;
  if (isWaiting) return <Waiting what="looking for its service" />;
  if (!workload)
    return (
      <Text>
        The platform runs nothing for it that you may see. <Link to={paths.create()}>Create a service</Link>,
        or import its repository.
      </Text>
    );
  return <Service workload={workload} />;
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
