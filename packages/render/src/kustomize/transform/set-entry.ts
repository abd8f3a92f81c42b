import { setField, setScalar } from '../node/lookup.ts';
import { fieldOf, isEmpty, textOf, YNode } from '../node/y-node.ts';

/** Sets a scalar or, with a name, an entry of a map. One node serves all places it is called for, as upstream. */
export function entrySetter(name: string, value: string, tag: string): (node: YNode) => void {
  const shared = new YNode('scalar', tag, value);
  return node => {
    if (name === '') setScalar(node, shared);
    if (name !== '') setField(node, name, shared);
  };
}

/** The same, only where nothing stands yet. */
export function emptyEntrySetter(name: string, value: string, tag: string): (node: YNode) => void {
  const set = entrySetter(name, value, tag);
  return node => {
    if (!hasValue(node, name)) set(node);
  };
}

function hasValue(node: YNode, name: string): boolean {
  if (isEmpty(node)) return false;
  if (node.kind === 'scalar') return textOf(node) !== '';
  const entry = fieldOf(node, name);
  return !isEmpty(entry) && textOf(entry) !== '';
}
