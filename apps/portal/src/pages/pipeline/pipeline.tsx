import { Code, Text } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { revisionOf, WorkflowRun } from '../../api/workflow.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { durationOf, Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';

/** Runs of one service's pipeline, newest first. */
export function PipelinePage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const labelSelector = `slipway.dev/workload=${name}`;
  const { items, error } = useLive(WorkflowRun, { namespace, labelSelector });
  const back = <Link to={paths.service(namespace, name)}>Service {name}</Link>;
  return (
    <>
      <PageTitle beside={back}>{`Pipeline of ${name}`}</PageTitle>
      {error ? <Problem title="The runs could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="reading runs" />}
      {items?.length === 0 ? <Text>No runs yet: the next push starts one.</Text> : null}
      {items && items.length > 0 ? <Runs items={items} namespace={namespace} /> : null}
      <SameCommand command={`kubectl get workflows -n ${namespace} -l ${labelSelector}`} />
    </>
  );
}

function Runs({ items, namespace }: { items: WorkflowRun[]; namespace: string }) {
  const startOf = ({ status }: WorkflowRun) => status?.startedAt ?? '';
  const sorted = [...items].sort((a, b) => startOf(b).localeCompare(startOf(a)));
  return (
    <Rows label="Runs" columns={['Run', 'State', 'Commit', 'Started', 'Duration']}>
      {sorted.map(({ metadata, status, ...rest }) => (
        <Row
          key={metadata.uid}
          cells={[
            <Link key="run" to={paths.workflow(namespace, metadata.name ?? '')}>
              {metadata.name}
            </Link>,
            <Health key="state" word={status?.phase || 'Pending'} />,
            <Code key="commit">{revisionOf({ metadata, ...rest })?.slice(0, 7)}</Code>,
            <Moment key="started" time={status?.startedAt} />,
            durationOf(status?.startedAt, status?.finishedAt),
          ]}
        />
      ))}
    </Rows>
  );
}
