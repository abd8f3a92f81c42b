import { Text } from '@mantine/core';
import { Job, Pod, ReplicaSet } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import type { ApplicationResource } from '../../api/application.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { PodLogs } from './pod-logs.tsx';
import { type Made, type TreeNode, treeOf } from './tree.ts';
import './delivery.css';

interface Props {
  namespace: string;
  resources: ApplicationResource[];
}

/** What an application consists of, down to its pods and their logs; live. */
export function ResourceTree({ namespace, resources }: Props) {
  const made = useMade(namespace);
  if (resources.length === 0) return <Text>Nothing was delivered yet.</Text>;
  return (
    <ul className="tree" aria-label="Resources">
      {treeOf(resources, made).map(node => (
        <Node key={`${node.kind} ${node.name}`} node={node} namespace={namespace} />
      ))}
    </ul>
  );
}

function useMade(namespace: string): { kind: string; object: Made }[] {
  const sets = useLive(ReplicaSet, { namespace }).items ?? [];
  const jobs = useLive(Job, { namespace }).items ?? [];
  const pods = useLive(Pod, { namespace }).items ?? [];
  const as = (kind: string, objects: object[]) => objects.map(object => ({ kind, object: object as Made }));
  return [...as('ReplicaSet', sets), ...as('Job', jobs), ...as('Pod', pods)];
}

function Node({ node, namespace }: { node: TreeNode; namespace: string }) {
  const { kind, name, health, message, sync, children } = node;
  return (
    <li>
      <div className="facts">
        <span className="quiet">{kind}</span>
        <span className="mono">{name}</span>
        {health ? <Health word={health} /> : null}
        {sync === 'OutOfSync' ? <Health word="OutOfSync" /> : null}
        {message && health !== 'Healthy' ? <Text size="sm">{message}</Text> : null}
        {kind === 'Pod' ? <Link to={paths.trace(namespace, name)}>Where it comes from</Link> : null}
      </div>
      {kind === 'Pod' ? <PodLogs namespace={namespace} name={name} /> : null}
      {children.length > 0 ? (
        <ul>
          {children.map(child => (
            <Node key={`${child.kind} ${child.name}`} node={child} namespace={namespace} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}
