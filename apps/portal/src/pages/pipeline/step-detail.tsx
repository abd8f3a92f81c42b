import { Text, Title } from '@mantine/core';
import { Pod } from '@slipway/kinds';
import { useLive } from '../../api/live.ts';
import type { WorkflowNode } from '../../api/workflow.ts';
import { durationOf } from '../../ui/moment.tsx';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { PodLog } from './pod-log.tsx';

interface Props {
  namespace: string;
  workflow: string;
  node: WorkflowNode;
}

/** One step: what became of it, and what it wrote. */
export function StepDetail({ namespace, workflow, node }: Props) {
  return (
    <section className="section" aria-label={`Step ${node.displayName}`}>
      <Title order={2} size="h4">
        {node.displayName}
      </Title>
      <Text c="dimmed">{durationOf(node.startedAt, node.finishedAt)}</Text>
      {node.message ? <Text>{node.message}</Text> : null}
      <StepLog namespace={namespace} workflow={workflow} node={node} />
    </section>
  );
}

function StepLog({ namespace, workflow, node }: Props) {
  const labelSelector = `workflows.argoproj.io/workflow=${workflow}`;
  const { items, error } = useLive(Pod, { namespace, labelSelector });
  if (error) return <Problem title="The step's pod could not be read">{error}</Problem>;
  if (!items) return <Waiting what="looking for the step's pod" />;
  const pod = items.find(
    ({ metadata }) => metadata.annotations?.['workflows.argoproj.io/node-id'] === node.id,
  );
  if (!pod) return <Text>This step has no pod (any more), so there is no log.</Text>;
  const { phase } = pod.status ?? {};
  if (!phase || phase === 'Pending') return <Waiting what="waiting for the pod to start" />;
  return <PodLog namespace={namespace} pod={pod.metadata.name} container="main" />;
}
