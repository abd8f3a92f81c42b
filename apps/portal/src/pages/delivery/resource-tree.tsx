import { Checkbox, Text, TextInput } from '@mantine/core';
import { Job, Pod, ReplicaSet } from '@slipway/kinds';
import { useMemo, useState } from 'react';
import type { ApplicationResource } from '../../api/application.ts';
import { useLive } from '../../api/live.ts';
import { Health } from '../../ui/health.tsx';
import { healthCounts, type Made, type MadeObject, rowsOf, type TreeFilter, treeOf } from './tree.ts';
import { TreeRowView } from './tree-row.tsx';
import './delivery.css';

interface Props {
  /** Namespace and name of the application. */
  application: { namespace: string; name: string };
  /** Where it delivers to. */
  namespace: string;
  resources: ApplicationResource[];
}

const EVERYTHING: TreeFilter = { text: '', troubled: false };

/** What an application consists of, down to its pods and their logs; live. */
export function ResourceTree({ application, namespace, resources }: Props) {
  const made = useMade(namespace);
  const [filter, setFilter] = useState(EVERYTHING);
  const nodes = useMemo(() => treeOf(resources, made), [resources, made]);
  const rows = useMemo(() => rowsOf(nodes, filter), [nodes, filter]);
  if (resources.length === 0) return <Text>Nothing was delivered yet.</Text>;
  return (
    <>
      <div className="facts tree-tools">
        <TextInput
          size="xs"
          label="Find"
          placeholder="kind or name"
          value={filter.text}
          onChange={event => setFilter({ ...filter, text: event.currentTarget.value })}
        />
        <Checkbox
          size="xs"
          label="Only what needs a look"
          checked={filter.troubled}
          onChange={event => setFilter({ ...filter, troubled: event.currentTarget.checked })}
        />
        <span className="quiet">
          {rows.length === 1 ? '1 object' : `${rows.length} objects`} of {resources.length} in the source
        </span>
        {healthCounts(nodes).map(([word, count]) => (
          <span key={word} className="count">
            {count} <Health word={word} />
          </span>
        ))}
      </div>
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
