import { splitDottedPath } from '../config/field-spec.ts';
import type { FieldOptions, ReplacementArgs } from '../kustomization/kustomization.ts';
import { KustomizeError, wrapped } from '../kustomize-error.ts';
import { lookup } from '../node/lookup.ts';
import { matchPath } from '../node/path-matcher.ts';
import type { NodeBudget } from '../node/read-document.ts';
import { becomeNode, copyNode, isEmpty, scalarNode, textOf, type YNode } from '../node/y-node.ts';
import type { Resource } from '../resource/resource.ts';
import { idText, isSelected, type ResourceId, sameNamespace } from '../resource/resource-id.ts';
import { fitsLabels, type Selector, SelectorPatterns } from '../resource/selector.ts';
import { setInStructuredText } from './structured-text.ts';
import type { Transformer } from './transformer.ts';

const DEFAULT_PATH = 'metadata.name';

type Target = NonNullable<ReplacementArgs['targets']>[number];

/** `replacements`: a value of one resource, written to fields of others. @throws KustomizeError */
export function replacementTransformer(
  replacements: readonly ReplacementArgs[],
  budget: NodeBudget,
): Transformer {
  return set => {
    for (const replacement of replacements) {
      const { source, sourceValue, targets } = replacement;
      if ((sourceValue === undefined && source === undefined) || targets === undefined)
        throw new KustomizeError('replacements must specify a source and at least one target');
      const value = sourceNode(set.list, replacement);
      for (const target of targets) replaceIn(set.list, target, value, budget);
    }
    set.dropEmpty();
  };
}

function sourceNode(resources: Resource[], { source, sourceValue }: ReplacementArgs): YNode {
  if (sourceValue !== undefined && source !== undefined)
    throw new KustomizeError('value and resource selectors are mutually exclusive');
  if (sourceValue !== undefined || source === undefined) return scalarNode(sourceValue ?? '');
  const { node } = selectSource(resources, source);
  const path = source.fieldPath || DEFAULT_PATH;
  let found: YNode | undefined;
  try {
    found = node && lookup(node, splitDottedPath(path));
  } catch (error) {
    throw wrapped(error, 'error looking up replacement source');
  }
  if (found === undefined || isEmpty(found))
    throw new KustomizeError(
      `fieldPath \`${path}\` is missing for replacement source ${idText(idOf(source))}`,
    );
  return refined(found, source.options);
}

function idOf({ group = '', version = '', kind = '', name = '', namespace = '' }: Selector): ResourceId {
  return { group, version, kind, name, namespace, clusterScoped: false };
}

type Source = NonNullable<ReplacementArgs['source']>;

function selectSource(resources: Resource[], source: Source): Resource {
  const wanted = idOf(source);
  const found = resources.filter(resource =>
    idsOf(resource).some(
      id =>
        (wanted.name === '' || wanted.name === id.name) &&
        (wanted.namespace === '' || sameNamespace(wanted, id)) &&
        isSelected(id, wanted),
    ),
  );
  const [first] = found;
  if (found.length > 1) throw new KustomizeError(`multiple matches for selector ${sourceText(source)}`);
  if (!first) throw new KustomizeError(`nothing selected by ${sourceText(source)}`);
  return first;
}

function sourceText({ fieldPath, options, ...source }: Source): string {
  const { delimiter = '', index = 0, create = false } = options ?? {};
  const text = delimiter === '' && !create ? undefined : `${delimiter}(${index}), create=${create}`;
  return [idText(idOf(source)), fieldPath, text].filter(part => part).join(':');
}

/** In front of all, behind all, or in the place of one. */
function withPart(parts: string[], index: number, part: string): string[] {
  if (index < 0) return [part, ...parts];
  return index >= parts.length ? [...parts, part] : parts.with(index, part);
}

/** The present id and all before; these know nothing of scopes. */
function idsOf(resource: Resource): ResourceId[] {
  return [{ ...resource.id, clusterScoped: false }, ...resource.previousIds()];
}

function refined(node: YNode, options: FieldOptions | undefined): YNode {
  if (!options?.delimiter) return node;
  if (node.kind !== 'scalar') throw new KustomizeError('delimiter option can only be used with scalar nodes');
  const parts = textOf(node).split(options.delimiter);
  const index = options.index ?? 0;
  const part = parts[index];
  if (part === undefined)
    throw new KustomizeError(`options.index ${index} is out of bounds for value ${textOf(node)}`);
  const copy = copyNode(node);
  copy.value = part;
  return copy;
}

function replaceIn(resources: Resource[], target: Target, value: YNode, budget: NodeBudget): void {
  const { select, reject = [] } = target;
  if (!select) throw new KustomizeError('target must specify resources to select');
  const selects = new SelectorPatterns(select);
  const rejects = reject.map(each => new SelectorPatterns(each)).filter(each => !each.isEmpty);
  for (const resource of resources) {
    const ids = idsOf(resource);
    if (!fitsMetadata(resource, select) || rejectsMetadata(resource, reject)) continue;
    if (rejects.some(each => ids.some(id => each.fitsId(id)))) continue;
    if (ids.some(id => selects.fitsId(id))) copyTo(resource, value, target, budget);
  }
}

function fitsMetadata(resource: Resource, { annotationSelector, labelSelector }: Selector): boolean {
  const fits = fitsLabels(annotationSelector, () => resource.annotations());
  return fitsLabels(labelSelector, () => resource.labels()) && fits;
}

function rejectsMetadata(resource: Resource, rejects: Selector[]): boolean {
  return rejects.some(
    reject => (reject.annotationSelector || reject.labelSelector) && fitsMetadata(resource, reject),
  );
}

function copyTo(resource: Resource, value: YNode, { fieldPaths, options }: Target, budget: NodeBudget): void {
  const { node } = resource;
  if (!node) return;
  const create = options?.create ? value.kind : undefined;
  for (const path of fieldPaths?.length ? fieldPaths : [DEFAULT_PATH]) {
    const parts = splitDottedPath(path);
    if (setInStructuredText(node, value, parts, { create, budget })) continue;
    for (const field of targetFields(node, path, parts, { create, budget })) setValue(field, value, options);
  }
}

function targetFields(
  node: YNode,
  path: string,
  parts: string[],
  options: { create: YNode['kind'] | undefined; budget: NodeBudget },
): YNode[] {
  const found = options.create ? 'find or create' : 'find';
  const failure = `unable to ${found} field ${JSON.stringify(path)} in replacement target`;
  let fields: YNode[] | undefined;
  try {
    fields = matchPath(node, parts, options);
  } catch (error) {
    throw wrapped(error, failure);
  }
  if (!fields || fields.length === 0) throw new KustomizeError(failure);
  return fields;
}

function setValue(field: YNode, source: YNode, options: FieldOptions | undefined): void {
  const value = copyNode(source);
  const { delimiter, index = 0 } = options ?? {};
  if (delimiter) {
    if (field.kind !== 'scalar')
      throw new KustomizeError('delimiter option can only be used with scalar nodes');
    const parts = field.value.split(delimiter);
    const text = textOf(value);
    value.value = withPart(parts, index, text).join(delimiter);
  }
  // A scalar keeps what kind of value it is.
  if (field.kind === 'scalar') field.value = value.value;
  if (field.kind !== 'scalar') becomeNode(field, value);
}
