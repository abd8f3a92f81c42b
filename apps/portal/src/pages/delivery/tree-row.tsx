import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo, useState } from 'react';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Inspector } from './inspector.tsx';
import type { TreeNode } from './tree.ts';

interface Props {
  application: { namespace: string; name: string };
  node: TreeNode;
  depth: number;
}

/** One object: what it is and how it is; opened, what it differs in, its manifest, events and logs. */
export const TreeRowView = memo(Row, (before, after) => {
  const same = (field: 'health' | 'message' | 'sync' | 'isExtra' | 'version') =>
    before.node[field] === after.node[field];
  return (
    before.depth === after.depth &&
    same('health') &&
    same('message') &&
    same('sync') &&
    same('isExtra') &&
    same('version') &&
    before.application.name === after.application.name
  );
});

function Row({ application, node, depth }: Props) {
  const { kind, name, health, message, sync, isExtra } = node;
  const [open, setOpen] = useState(false);
  return (
    <li data-depth={Math.min(depth, 6)}>
      <div className="facts">
        <button type="button" className="node" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span className="quiet">{kind}</span> <span className="mono">{name}</span>
        </button>
        {health ? <Health word={health} /> : null}
        {sync === 'OutOfSync' ? <Health word="OutOfSync" /> : null}
        {isExtra ? <span className="quiet">no longer in the source</span> : null}
        {message && health !== 'Healthy' ? <Text size="sm">{message}</Text> : null}
        {kind === 'Pod' ? <Link to={paths.trace(node.namespace, name)}>Where it comes from</Link> : null}
      </div>
      {open ? <Inspector application={application} node={node} /> : null}
    </li>
  );
}
