import { Code, Text, Title } from '@mantine/core';
import { Repository, Workload } from '@slipway/kinds';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useLive } from '../api/live.ts';
import { paths } from '../paths.ts';
import { Health } from '../ui/health.tsx';
import { Copyable, Problem, SameCommand, Waiting } from '../ui/notice.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { ShowYaml } from '../ui/show-yaml.tsx';
import { PolicyNotice } from './policies/policy-notice.tsx';
import { PromoteButton } from './promotion/promote-button.tsx';
import { RetireButton } from './retire/retire-button.tsx';
import { Environments } from './service-environments.tsx';

const ScoreCard = lazy(() =>
  import('./insights/score-card.tsx').then(module => ({ default: module.ScoreCard })),
);

/** One service: live address, last pipeline, environments side by side. */
export function ServicePage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { items, error } = useLive(Workload, { namespace, name });
  const workload = items?.[0];
  if (error) return <Problem title="The service could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the service" />;
  if (!workload)
    return (
      <Problem title={`There is no service ${name}`}>
        It may still be on its way; this page shows it as soon as it is there.
      </Problem>
    );
  const waiting = workload.status?.conditions?.find(condition => condition.status === 'False');
  return (
    <>
      <PageTitle beside={<RetireButton workload={workload} />}>{name}</PageTitle>
      <Ways workload={workload} />
      {workload.spec.description ? <Text mb="md">{workload.spec.description}</Text> : null}
      {waiting && waiting.reason !== 'PolicyNotMet' ? <Text mb="md">{waiting.message}</Text> : null}
      <PolicyNotice workload={workload} />
      <Environments
        workload={workload}
        actions={({ name: to }) => <PromoteButton workload={workload} to={to} />}
      />
      <Pipeline workload={workload} />
      <Suspense fallback={null}>
        <ScoreCard namespace={namespace} name={name} />
      </Suspense>
      <Clone namespace={namespace} name={workload.spec.repository} />
      <SameCommand command={`slipway service logs ${name} --follow`} />
      <ShowYaml object={workload} />
    </>
  );
}

/** Who owns it, and where else it is told of. */
function Ways({ workload }: { workload: Workload }) {
  const { name = '', namespace = '' } = workload.metadata;
  const team = namespace.replace(/^team-/, '');
  return (
    <div className="facts">
      <Text>
        owned by <Link to={paths.entity('group', 'default', team)}>{team}</Link>
      </Text>
      <Link to={paths.entity('component', 'default', name)}>In the catalog</Link>
      <Link to={paths.repository(namespace, workload.spec.repository)}>Repository</Link>
    </div>
  );
}

function Pipeline({ workload }: { workload: Workload }) {
  const pipeline = workload.status?.pipeline;
  return (
    <section className="section">
      <Title order={2} size="h4" mb="xs">
        Pipeline
      </Title>
      <div className="facts">
        <Health word={pipeline?.phase ?? 'Pending'} />
        {pipeline ? <Code>{pipeline.revision.slice(0, 7)}</Code> : null}
        {pipeline ? (
          <Link to={paths.workflow(workload.metadata.namespace ?? '', pipeline.workflow)}>This run</Link>
        ) : null}
        <Link to={paths.pipeline(workload.metadata.namespace ?? '', workload.metadata.name ?? '')}>
          All runs
        </Link>
        {pipeline?.message ? <Text>{pipeline.message}</Text> : null}
      </div>
    </section>
  );
}

function Clone({ namespace, name }: { namespace: string; name: string }) {
  const { items } = useLive(Repository, { namespace });
  const repository = items?.find(item => item.spec.name === name);
  if (!repository) return null;
  const { owner, name: path } = repository.spec;
  return (
    <Copyable
      label="Repository"
      text={`git clone ${location.protocol}//git.${location.host}/${owner}/${path}.git`}
    />
  );
}
