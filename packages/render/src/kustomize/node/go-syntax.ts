import { KustomizeError } from '../kustomize-error.ts';
import { effectiveTag, nodeValue } from './node-value.ts';
import { entriesOf, type YNode } from './y-node.ts';

/** A map as Go's `%#v` prints it once it has been decoded; one that cannot be is none. */
export function goSyntax(node: YNode): string {
  const nothing = 'map[string]interface {}(nil)';
  if (hasDoubles(node)) return nothing;
  try {
    return shown(node);
  } catch (error) {
    if (error instanceof KustomizeError) return nothing;
    throw error;
  }
}

function hasDoubles(node: YNode): boolean {
  const keys = new Set<string>();
  for (const [key] of entriesOf(node.kind === 'map' ? node : undefined)) keys.add(key.value);
  if (node.kind === 'map' && keys.size * 2 < node.content.length) return true;
  return node.content.some(hasDoubles);
}

function shown(node: YNode): string {
  if (node.kind === 'seq') return `[]interface {}{${node.content.map(shown).join(', ')}}`;
  if (node.kind === 'scalar') return shownScalar(node);
  const entries = [...entriesOf(node)].map(([key, value]) => ({
    key,
    text: `${shown(key)}:${shown(value)}`,
  }));
  const isTexts = entries.every(({ key }) => effectiveTag(key) === '!!str');
  const sorted = entries.map(({ text }) => text).sort();
  return `map[${isTexts ? 'string' : 'interface {}'}]interface {}{${sorted.join(', ')}}`;
}

function shownScalar(node: YNode): string {
  const value = nodeValue(node);
  if (value === null) return 'interface {}(nil)';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
