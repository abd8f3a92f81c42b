import { splitFieldPath } from '../config/field-spec.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { joinPath } from '../load/path.ts';
import { lookup, requireKind, setScalar } from '../node/lookup.ts';
import { scalarNode, type YNode } from '../node/y-node.ts';
import { type Selector, selectResources } from '../resource/selector.ts';
import { setNamespace } from './namespace.ts';
import type { Transformer } from './transformer.ts';

export interface ValueAddTarget {
  selector?: Selector;
  fieldPath?: string;
  filePathPosition?: number;
}

/** `ValueAddTransformer`: one value for many fields, or a part of the paths that stand there. @throws KustomizeError */
export function valueAddTransformer(value: string, targets: ValueAddTarget[]): Transformer {
  if (targets.length === 0) throw new KustomizeError('must specify at least one target');
  for (const { fieldPath, filePathPosition = 0 } of targets) {
    if (!fieldPath) throw new KustomizeError('fieldPath cannot be empty');
    if (filePathPosition < 0)
      throw new KustomizeError(`value of FilePathPosition (${filePathPosition}) cannot be negative`);
  }
  return set => {
    for (const { selector, fieldPath = '', filePathPosition = 0 } of targets) {
      for (const resource of selector ? selectResources(set.list, selector) : set.list) {
        const isNamespace = fieldPath === 'metadata/namespace';
        if (isNamespace) setNamespace(resource, { namespace: value, fieldSpecs: [] });
        if (!isNamespace && resource.node)
          addValue(resource.node, value, splitFieldPath(fieldPath, '/'), filePathPosition);
      }
    }
  };
}

function addValue(object: YNode, value: string, path: string[], position: number): void {
  const field = lookup(object, path, 'scalar');
  if (!field) return;
  requireKind(field, 'scalar');
  setScalar(field, scalarNode(position > 0 ? withPathPart(field.value, position - 1, value) : value));
}

/** A path with one part more at a place; an absolute one stays absolute. */
function withPathPart(path: string, position: number, part: string): string {
  if (part === '') return path;
  const isAbsolute = path.startsWith('/');
  const parts = path.split('/').filter(each => each !== '');
  parts.splice(Math.min(position, parts.length), 0, part);
  return (isAbsolute ? '/' : '') + joinPath(...parts);
}
