import { KustomizeError } from '../kustomize-error.ts';
import { clearField } from '../node/lookup.ts';
import { nodeText } from '../node/node-text.ts';
import { resolveTag } from '../node/resolve-tag.ts';
import { fieldOf, type YNode } from '../node/y-node.ts';
import { setElement } from './element.ts';

export type Directive = 'merge' | 'delete' | 'replace';

const KEY = '$patch';

/**
 * What `$patch` in a patch says of the map or list it stands in; the directive is taken out (`smpdirective.go`).
 * @throws KustomizeError for an unknown one, and for a scalar where a map or list is patched
 */
export function takeDirective(patch: YNode | undefined): Directive {
  if (patch === undefined) return 'merge';
  if (patch.kind === 'seq') return ofList(patch);
  if (patch.kind === 'map') return ofMap(patch);
  const tag = patch.tag === '' ? resolveTag(patch.value) : patch.tag;
  throw new KustomizeError(
    `no implemented strategic merge patch strategy for '${tag}' ('${nodeText(patch)}')`,
  );
}

function ofMap(patch: YNode): Directive {
  const value = fieldOf(patch, KEY)?.value;
  if (value === undefined) return 'merge';
  const directive = known(value);
  clearField(patch, KEY);
  return directive;
}

/** An element that is nothing but the directive speaks for the whole list. */
function ofList(patch: YNode): Directive {
  const element = patch.content.find(part => fieldOf(part, KEY) !== undefined);
  if (!element || element.content.length > 2) return 'merge';
  const value = fieldOf(element, KEY)?.value ?? '';
  const directive = known(value);
  setElement(patch, [KEY], [value], undefined);
  return directive;
}

function known(value: string): Directive {
  if (value === 'merge' || value === 'delete' || value === 'replace') return value;
  throw new KustomizeError(`unknown patch strategy '${value}'`);
}
