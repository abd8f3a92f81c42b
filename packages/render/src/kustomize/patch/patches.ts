import type { PatchArgs } from '../kustomization/kustomization.ts';
import { readConfig } from '../kustomization/read-config.ts';
import { KustomizeError, within } from '../kustomize-error.ts';
import type { Loader } from '../load/loader.ts';
import type { JsonValue } from '../node/node-value.ts';
import { valueNode } from '../node/value-node.ts';
import { ALLOW_KIND_CHANGE, ALLOW_NAME_CHANGE, isInternal } from '../resource/build-annotations.ts';
import type { Resource } from '../resource/resource.ts';
import type { ResourceFactory } from '../resource/resource-factory.ts';
import { idKey, idText } from '../resource/resource-id.ts';
import type { ResourceSet } from '../resource/resource-set.ts';
import { type Selector, selectResources } from '../resource/selector.ts';
import type { Transformer } from '../transform/transformer.ts';
import { applyJsonPatch, decodeJsonPatch, type JsonOperation } from './json-patch.ts';

export interface PatchContext {
  loader: Loader;
  factory: ResourceFactory;
}

/** One entry of `patches`: strategic or JSON, whatever its text is. @throws KustomizeError in kustomize's words */
export async function patchTransformer(
  args: PatchArgs,
  { loader, factory }: PatchContext,
  config: () => string,
): Promise<Transformer> {
  const inline = (args.patch ?? '').trim();
  const path = args.path ?? '';
  if (inline === '' && path === '')
    throw new KustomizeError(`must specify one of patch and path in\n${config()}`);
  if (inline !== '' && path !== '')
    throw new KustomizeError(`patch and path can't be set at the same time\n${config()}`);
  const source = inline === '' ? `[path: ${goQuoted(path)}]` : `[patch: ${goQuoted(inline)}]`;
  const text = inline === '' ? await loadPatch(path, loader) : inline;
  const strategic = attempt(() => factory.read(text));
  const json = attempt(() => readJsonPatch(text, factory));
  if (strategic?.length && json?.length)
    throw new KustomizeError(`illegally qualifies as both an SM and JSON patch: ${source}`);
  if (!strategic && !json) throw new KustomizeError(`unable to parse SM or JSON patch from ${source}`);
  if (!strategic) return set => applyToTargets(json ?? [], args.target, source, set);
  for (const patch of strategic) {
    if (args.options?.allowNameChange) patch.enable(ALLOW_NAME_CHANGE);
    if (args.options?.allowKindChange) patch.enable(ALLOW_KIND_CHANGE);
  }
  return set => applyStrategic(strategic, args.target, source, set);
}

async function loadPatch(path: string, loader: Loader): Promise<string> {
  try {
    return await loader.loadText(path);
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw new KustomizeError(`failed to get the patch file from path(${path}): ${error.message}`, error.code);
  }
}

/** Undefined when it fails, unless a limit is what stopped it. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof KustomizeError && error.code === 'KustomizeInvalid') return undefined;
    throw error;
  }
}

function readJsonPatch(text: string, factory: ResourceFactory): JsonOperation[] {
  if (text === '') throw new KustomizeError('empty json patch operations');
  return decodeJsonPatch(text.startsWith('[') ? parseJson(text) : readConfig(text, factory.budget));
}

/** What starts as JSON has to be JSON. */
function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new KustomizeError(error instanceof Error ? error.message : String(error));
  }
}

function applyStrategic(
  patches: Resource[],
  target: Selector | undefined,
  source: string,
  set: ResourceSet,
): void {
  if (!target) {
    for (const patch of patches) {
      const id = patch.originalId;
      within(`no resource matches strategic merge patch ${goQuoted(idText(id))}`, () => set.target(id)).patch(
        patch,
      );
    }
    return;
  }
  const [patch, ...more] = patches;
  if (more.length > 0)
    throw new KustomizeError(
      `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`,
    );
  if (!patch) return;
  const selected = within(
    `unable to find patch target ${goQuoted(selectorText(target))} in \`resources\``,
    () => selectResources(set.list, target),
  );
  patchSelected(set, selected, patch);
}

/** A patch for each of those, with their names; what it leaves empty is gone (`ApplySmPatch`). */
function patchSelected(set: ResourceSet, selected: Resource[], patch: Resource): void {
  const ids = new Set(selected.map(resource => idKey(resource.id) + resource.namespace));
  const left: Resource[] = [];
  for (const resource of set.list) {
    if (ids.has(idKey(resource.id) + resource.namespace)) {
      const copy = patch.copy();
      copy.takeMetadata(patch);
      copy.setGvk(resource.gvk);
      copy.setKind(patch.kind);
      resource.patch(copy);
    }
    if (!resource.isEmpty) left.push(resource);
  }
  set.list = [];
  set.appendAll(left);
}

function applyToTargets(
  operations: JsonOperation[],
  target: Selector | undefined,
  source: string,
  set: ResourceSet,
): void {
  if (!target) throw new KustomizeError(`must specify a target for JSON patch ${source}`);
  for (const resource of selectResources(set.list, target)) {
    resource.storePreviousId();
    patchWithJson(resource, operations);
  }
}

/** What kustomize noted on the resource outlives the patch. */
function patchWithJson(resource: Resource, operations: JsonOperation[]): void {
  const kept = [...resource.annotations()].filter(([key]) => isInternal(key));
  const patched = applyJsonPatch(doubles(resource.value()), operations);
  if (typeof patched !== 'object' || patched === null || Array.isArray(patched))
    throw new KustomizeError('json: cannot unmarshal array into Go value of type map[string]interface {}');
  resource.node = valueNode(doubles(patched));
  const annotations = resource.annotations();
  for (const [key, value] of kept) annotations.set(key, value);
  resource.setAnnotations(annotations);
}

/** What has been JSON holds no integers beyond a double. */
function doubles(value: JsonValue): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(doubles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, doubles(item)]));
}

/** `patchesStrategicMerge`: each entry is a patch itself, else the path of one. */
export async function strategicMergeTransformer(
  { paths = [], patches = '' }: { paths?: string[]; patches?: string },
  context: PatchContext,
): Promise<Transformer> {
  const { factory } = context;
  if (paths.length === 0 && patches === '')
    throw new KustomizeError('empty file path and empty patch content');
  const loaded: Resource[] = [];
  for (const path of paths) loaded.push(...(await loadStrategic(path, context)));
  if (patches !== '') loaded.push(...factory.read(patches));
  if (loaded.length === 0)
    throw new KustomizeError(`patch appears to be empty; files=[${paths.join(' ')}], Patch=${patches}`);
  return set => {
    for (const patch of loaded) patchSelected(set, [set.target(patch.originalId)], patch);
  };
}

async function loadStrategic(path: string, { loader, factory }: PatchContext): Promise<Resource[]> {
  const inline = attempt(() => factory.read(path));
  return inline ?? factory.readFile(await loader.loadText(path), path);
}

/** One entry of `patchesJson6902`. */
export async function json6902Transformer(
  { target, path = '', patch = '' }: PatchArgs,
  { loader, factory }: PatchContext,
): Promise<Transformer> {
  if (!target?.name) throw new KustomizeError('must specify the target name');
  if (path === '' && patch === '') throw new KustomizeError('empty file path and empty jsonOp');
  if (path !== '' && patch !== '') throw new KustomizeError('must specify a file path or jsonOp, not both');
  const text = path === '' ? patch : await loader.loadText(path);
  if (text === '') throw new KustomizeError(`patch file '${path}' empty seems to be empty`);
  const operations = within(`decoding ${text}`, () => readJsonPatch(text, factory));
  if (operations.length === 0)
    throw new KustomizeError(`patch appears to be empty; file=${path}, JsonOp=${text}`);
  return set => {
    for (const resource of selectResources(set.list, target)) patchWithJson(resource, operations);
  };
}

function selectorText({ annotationSelector = '', labelSelector = '', ...id }: Selector): string {
  const { group = '', version = '', kind = '', name = '', namespace = '' } = id;
  return `${idText({ group, version, kind, name, namespace, clusterScoped: false })}:a=${annotationSelector}:l=${labelSelector}`;
}

/** Go's `%q`. */
function goQuoted(text: string): string {
  return JSON.stringify(text);
}
