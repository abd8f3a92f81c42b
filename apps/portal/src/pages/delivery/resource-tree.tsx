import { Text } from '@mantine/core';
import { Job, Pod, ReplicaSet } from '@slipway/kinds';
import { useMemo, useState } from 'react';
import type { ApplicationResource } from '../../api/application.ts';
import { useLive } from '../../api/live.ts';
import { Health } from '../../ui/health.tsx';
import { EVERYTHING, Finder } from './finder.tsx';
import { healthCounts, type Made, type MadeObject, rowsOf, treeOf } from './tree.ts';
import { TreeRowView } from './tree-row.tsx';
import './delivery.css';

interface Props {
  /** Namespace and name of the application. */
  application: { namespace: string; name: string };
  /** Where it delivers to. */
  namespace: string;
  resources: ApplicationResource[];
}

/** What an application consists of, down to its pods and their logs; live. */
export function ResourceTree({ application, namespace, resources }: Props) {
  const made = useMade(namespace);
  const [filter, setFilter] = useState(EVERYTHING);
  const nodes = useMemo(() => treeOf(resources, made), [resources, made]);
  const rows = useMemo(() => rowsOf(nodes, filter), [nodes, filter]);
  if (resources.length === 0) return <Text>Nothing was delivered yet.</Text>;
  return (
    <>
      <Finder value={filter} onChange={setFilter} placeholder="kind or name">
        <span className="quiet" role="status">
          {`${rows.length} shown; ${resources.length} in the source`}
        </span>
        {healthCounts(nodes).map(([word, count]) => (
          <span key={word} className="count">
            {count} <Health word={word} />
          </span>
        ))}
      </Finder>
      {rows.length === 0 ? <Text>Nothing fits.</Text> : null}
      <ul className="tree" aria-label="Resources">
        {rows.map(({ key, node, depth }) => (
          <TreeRowView key={key} application={application} node={node} depth={depth} />
        ))}
      </ul>
    </>
  );
}

function useMade(namespace: string): MadeObject[] {
  const sets = useLive(ReplicaSet, { namespace }).items;
  const jobs = useLive(Job, { namespace }).items;
  const pods = useLive(Pod, { namespace }).items;
  return useMemo(() => {
    const as = (group: string, kind: string, objects: object[] = []) =>
      objects.map(object => ({ group, version: 'v1', kind, object: object as Made }));
    return [...as('apps', 'ReplicaSet', sets), ...as('batch', 'Job', jobs), ...as('', 'Pod', pods)];
  }, [sets, jobs, pods]);
}
