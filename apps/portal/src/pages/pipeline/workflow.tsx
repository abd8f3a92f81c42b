import { Code } from '@mantine/core';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { revisionOf, type WorkflowNode, WorkflowRun } from '../../api/workflow.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { durationOf } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { graphOf } from './graph.ts';
import { GraphPicture } from './graph-picture.tsx';
import { StepDetail } from './step-detail.tsx';

/** One run of a pipeline: its graph, live, and the chosen step's log. */
export function WorkflowPage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { step } = useSearch({ strict: false }) as { step?: string };
  const { items, error } = useLive(WorkflowRun, { namespace, name });
  const run = items?.[0];
  if (error) return <Problem title="The run could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the run" />;
  if (!run) return <Problem title={`There is no run ${name}`}>It may have been removed.</Problem>;
  const { status } = run;
  const graph = graphOf(status?.nodes ?? {});
  const chosen = graph.places.find(({ node }) => node.id === step)?.node ?? worth(graph.places);
  return (
    <>
      <PageTitle beside={<Health word={status?.phase || 'Pending'} />}>{name}</PageTitle>
      <Facts run={run} namespace={namespace} />
      {status?.message ? <Problem title="Why it ended">{status.message}</Problem> : null}
      {graph.places.length === 0 ? <Waiting what="waiting for the first step" /> : null}
      <GraphPicture graph={graph} chosen={chosen?.id} />
      {chosen ? <StepDetail key={chosen.id} namespace={namespace} workflow={name} node={chosen} /> : null}
      <SameCommand command={`kubectl get workflow ${name} -n ${namespace} -o yaml`} />
    </>
  );
}

/** The step that one looks at first: what failed, else what runs, else the first. */
function worth(places: { node: WorkflowNode }[]): WorkflowNode | undefined {
  const inPhase = (...phases: string[]) => places.find(({ node }) => phases.includes(node.phase));
  return (inPhase('Failed', 'Error') ?? inPhase('Running') ?? places[0])?.node;
}

function Facts({ run, namespace }: { run: WorkflowRun; namespace: string }) {
  const service = run.metadata.labels?.['slipway.dev/workload'];
  const revision = revisionOf(run);
  return (
    <div className="facts">
      {service ? <Link to={paths.pipeline(namespace, service)}>Pipeline of {service}</Link> : null}
      {revision ? <Code>{revision.slice(0, 7)}</Code> : null}
      <span>{durationOf(run.status?.startedAt, run.status?.finishedAt)}</span>
    </div>
  );
}
