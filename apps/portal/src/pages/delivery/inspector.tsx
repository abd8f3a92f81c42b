import { SegmentedControl } from '@mantine/core';
import { Event } from '@slipway/kinds';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { readManifest } from '../../api/argo-cd.ts';
import { useLive } from '../../api/live.ts';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { EventRows } from './events.tsx';
import { PodLogs } from './pod-logs.tsx';
import type { TreeNode } from './tree.ts';

const YamlBlock = lazy(() => import('../../ui/yaml-block.tsx'));
const Difference = lazy(() => import('./difference.tsx'));

interface Props {
  application: { namespace: string; name: string };
  node: TreeNode;
}

const LABELS = { difference: 'Difference', live: 'Live', events: 'Events', log: 'Log' };
type View = keyof typeof LABELS;

/** What there is to know of one object of an application. */
export function Inspector({ application, node }: Props) {
  const views = viewsOf(node);
  const [chosen, setChosen] = useState<View>();
  const view = chosen && views.includes(chosen) ? chosen : (views[0] ?? 'live');
  return (
    <div className="inspector">
      <SegmentedControl
        size="xs"
        aria-label={`What to see of ${node.kind} ${node.name}`}
        data={views.map(value => ({ value, label: LABELS[value] }))}
        value={view}
        onChange={value => setChosen(value as View)}
      />
      <Suspense fallback={<Waiting what="opening it" />}>
        {view === 'difference' ? <Difference application={application} node={node} /> : null}
        {view === 'live' ? <Live application={application} node={node} /> : null}
        {view === 'events' ? <NodeEvents node={node} /> : null}
        {view === 'log' ? <PodLogs namespace={node.namespace} name={node.name} /> : null}
      </Suspense>
    </div>
  );
}

/** What is most wanted stands first: the difference where there is one, the log of a pod. */
function viewsOf({ kind, sync, health }: TreeNode): View[] {
  const views: View[] = health === 'Missing' ? [] : ['live', 'events'];
  if (kind === 'Pod') return ['log', ...views];
  if (sync === 'OutOfSync') return ['difference', ...views];
  return sync === undefined ? views : [...views, 'difference'];
}

function Live({ application, node }: Props) {
  const { data, error } = useQuery({
    queryKey: ['live', application, node.group, node.kind, node.namespace, node.name],
    queryFn: ({ signal }) => readManifest(application, node, signal),
    staleTime: 0,
  });
  const { kind, name, namespace } = node;
  if (error) return <Problem title="It could not be read">{error.message}</Problem>;
  if (!data) return <Waiting what="reading it" />;
  return (
    <>
      <YamlBlock object={data} label={`${kind} ${name}`} />
      <SameCommand command={`kubectl get ${kind.toLowerCase()} ${name}${placeOf(namespace)} -o yaml`} />
    </>
  );
}

function NodeEvents({ node: { kind, name, namespace } }: { node: TreeNode }) {
  const { items } = useLive(Event, { namespace: namespace || 'default' });
  if (!items) return <Waiting what="reading events" />;
  const own = items.filter(({ involvedObject: of }) => of.kind === kind && of.name === name);
  return (
    <>
      <EventRows events={own} none={`Nothing was said of ${kind} ${name} lately.`} />
      <SameCommand command={`kubectl events --for ${kind.toLowerCase()}/${name}${placeOf(namespace)}`} />
    </>
  );
}

function placeOf(namespace: string): string {
  return namespace ? ` -n ${namespace}` : '';
}
