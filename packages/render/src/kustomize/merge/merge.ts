import { KustomizeError } from '../kustomize-error.ts';
import { requireKind, setField } from '../node/lookup.ts';
import { entriesOf, fieldOf, isEmpty, isNull, type NodeKind, YNode } from '../node/y-node.ts';
import { byBytes } from '../resource/json-text.ts';
import { takeDirective } from './directive.ts';
import { mergeAssociativeList } from './merge-list.ts';
import type { MergeSchema } from './merge-schema.ts';
import { keepStyle, type MergeContext, type MergeSettings, type Sources } from './merge-sources.ts';

/**
 * Merges a patch into a node strategically, changing both; gives what is left, undefined when it is deleted
 * (kyaml's `merge2.Merge`).
 * @throws KustomizeError when map, list and scalar meet; `KustomizeUnsupported` for schemas in comments
 */
export function mergeNodes(patch: YNode, dest: YNode, context: MergeSettings): YNode | undefined {
  const merging: MergeContext = {
    ...context,
    merge: (sources, schema) => mergeSources(sources, schema, merging),
  };
  const sources = { dest, patch };
  refuseSchemaComments(sources, merging);
  return mergeSources(sources, undefined, merging);
}

/** kyaml reads JSON in comments as schemas, and merges otherwise then: better nothing than something else. */
function refuseSchemaComments(sources: Sources, context: MergeContext): void {
  for (const node of [sources.dest, sources.patch]) {
    const comment = node?.schemaComment;
    if (!comment || !(comment.tellsStrategy || ownSchema(sources, context))) continue;
    throw new KustomizeError(
      `schemas in comments are not supported: line ${comment.line} of what is merged: ${comment.text}; write it as a comment that is no JSON, or name the schema in \`openapi.path\``,
      'KustomizeUnsupported',
    );
  }
}

function mergeSources(
  sources: Sources,
  known: MergeSchema | undefined,
  context: MergeContext,
): YNode | undefined {
  const schema = known ?? ownSchema(sources, context);
  const kind = kindOf(sources);
  if (kind === 'alias') return undefined;
  if (kind !== 'none') {
    requireKind(sources.dest, kind);
    requireKind(sources.patch, kind);
  }
  if (kind === 'scalar') return sources.patch ?? sources.dest;
  if (kind !== 'seq') return mergeMaps(sources, schema, context);
  keepStyle(sources);
  if (!schema?.strategy?.split(',').includes('merge')) return sources.patch ?? sources.dest;
  return mergeAssociativeList(sources, schema, context);
}

function kindOf({ dest, patch }: Sources): NodeKind {
  if (dest !== undefined && !isNull(dest)) return dest.kind;
  if (patch !== undefined && !isNull(patch)) return patch.kind;
  return 'none';
}

/** An object within another has its own kind's schema when its place has none. */
function ownSchema({ dest, patch }: Sources, { schemas }: MergeContext): MergeSchema | undefined {
  for (const source of [dest, patch]) {
    const [kind, apiVersion] = [fieldOf(source, 'kind'), fieldOf(source, 'apiVersion')];
    if (isEmpty(kind) || isEmpty(apiVersion)) continue;
    const schema = schemas.ofType(apiVersion?.value ?? '', kind?.value ?? '');
    if (schema) return schema;
  }
  return undefined;
}

function mergeMaps(
  sources: Sources,
  schema: MergeSchema | undefined,
  context: MergeContext,
): YNode | undefined {
  keepStyle(sources);
  const dest = startOfMap(sources);
  if (dest === undefined) return undefined;
  sources.dest = dest;
  for (const name of fieldNames(sources)) {
    const field = { dest: fieldOf(sources.dest, name), patch: fieldOf(sources.patch, name) };
    const known = schema && context.schemas.fieldOf(schema, name);
    const merged = mergeSources(field, known, context);
    const style = merged !== undefined && merged === field.patch ? keyOf(sources.patch, name)?.style : '';
    setField(dest, name, merged, style);
  }
  return dest;
}

/** The key of a field, which may stand in quotes. */
function keyOf(node: YNode | undefined, name: string): YNode | undefined {
  return node?.content.find((part, at) => at % 2 === 0 && part.value === name);
}

/** The map to merge into; undefined when there is none afterwards. */
function startOfMap({ dest, patch }: Sources): YNode | undefined {
  if (isNull(dest)) {
    if (patch && deletes(patch)) return undefined;
    // A null that somebody wrote stays; nothing behind a colon does not.
    if (patch === undefined && dest !== undefined && dest.value !== '') return persistentNull(dest.value);
    return patch;
  }
  if (patch?.tag === '!!null') return undefined;
  const directive = takeDirective(patch);
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : dest;
}

/** Where there is nothing to patch, an unknown directive is no error. */
function deletes(patch: YNode): boolean {
  const directive = fieldOf(patch, '$patch')?.value;
  return (
    directive !== undefined &&
    ['delete', 'merge', 'replace'].includes(directive) &&
    takeDirective(patch) === 'delete'
  );
}

function persistentNull(value: string): YNode {
  const node = new YNode('scalar', '!!null', value);
  node.keep = true;
  return node;
}

function fieldNames({ dest, patch }: Sources): string[] {
  const names = new Set<string>();
  for (const source of [dest, patch])
    if (source?.kind === 'map') for (const [key] of entriesOf(source)) names.add(key.value);
  return [...names].sort(byBytes);
}
