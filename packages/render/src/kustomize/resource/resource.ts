import { KustomizeError } from '../kustomize-error.ts';
import { mergeNodes } from '../merge/merge.ts';
import type { KindSchemas } from '../merge/merge-schema.ts';
import { documentValue } from '../node/document-value.ts';
import { clearField, lookup, setField } from '../node/lookup.ts';
import type { JsonValue } from '../node/node-value.ts';
import { copyNode, entriesOf, fieldOf, isEmpty, scalarNode, textNode, YNode } from '../node/y-node.ts';
import {
  ALLOW_KIND_CHANGE,
  ALLOW_NAME_CHANGE,
  BUILD_ANNOTATIONS,
  ENABLED,
  GENERATOR_BEHAVIOR,
  NEEDS_HASH,
  PREFIXES,
  PREVIOUS_KINDS,
  PREVIOUS_NAMES,
  PREVIOUS_NAMESPACES,
  REF_BY,
  SUFFIXES,
} from './build-annotations.ts';
import {
  apiVersionOf,
  effectiveNamespace,
  type Gvk,
  gvkOf,
  idText,
  makeId,
  type ResourceId,
} from './resource-id.ts';

export type StringMap = Map<string, string>;
export type Behavior = 'unspecified' | 'create' | 'replace' | 'merge';

/** A Kubernetes object on its way through a build; what happened to it stands in annotations of its own. */
export class Resource {
  /** Undefined once it has been deleted. */
  node: YNode | undefined;
  readonly schemas: KindSchemas;
  /** Vars that take their value from it. */
  varNames: string[] = [];

  constructor(node: YNode, schemas: KindSchemas) {
    this.node = node;
    this.schemas = schemas;
  }

  get isEmpty(): boolean {
    return isEmpty(this.node);
  }

  get kind(): string {
    return fieldOf(this.node, 'kind')?.value ?? '';
  }

  get apiVersion(): string {
    return fieldOf(this.node, 'apiVersion')?.value ?? '';
  }

  get gvk(): Gvk {
    return gvkOf(this.apiVersion, this.kind);
  }

  get name(): string {
    return this.#metaText('name');
  }

  get namespace(): string {
    return this.#metaText('namespace');
  }

  setGvk(gvk: Gvk): void {
    this.#set(gvk.kind, 'kind');
    this.#set(apiVersionOf(gvk), 'apiVersion');
  }

  setKind(kind: string): void {
    this.#set(kind, 'kind');
  }

  setName(name: string): void {
    this.#set(name, 'metadata', 'name');
  }

  setNamespace(namespace: string): void {
    if (namespace !== '') {
      this.#set(namespace, 'metadata', 'namespace');
      return;
    }
    const meta = this.node && lookup(this.node, ['metadata']);
    if (meta) clearField(meta, 'namespace');
  }

  annotations(): StringMap {
    return this.#metaMap('annotations');
  }

  annotation(key: string): string | undefined {
    return fieldOf(fieldOf(this.#meta(), 'annotations'), key)?.value;
  }

  labels(): StringMap {
    return this.#metaMap('labels');
  }

  setAnnotations(values: StringMap): void {
    this.#setMetaMap('annotations', values);
  }

  setLabels(values: StringMap): void {
    this.#setMetaMap('labels', values);
  }

  /** Sets one, in single quotes, and leaves the others as they are (`SetAnnotation`). */
  setAnnotation(key: string, value: string): void {
    if (!this.node) return;
    const meta = fieldOf(this.node, 'metadata');
    if (meta) clearField(meta, 'annotations', true);
    clearField(this.node, 'metadata', true);
    const annotations = lookup(this.node, ['metadata', 'annotations'], 'map');
    const text = textNode(value);
    text.style = 'single';
    if (annotations) setField(annotations, key, text);
  }

  /** What it is known by now. */
  get id(): ResourceId {
    return makeId(this.gvk, { name: this.name, namespace: this.namespace }, this.schemas);
  }

  /** What it was known by before each change of its name, namespace or kind, oldest first. */
  previousIds(): ResourceId[] {
    const annotations = fieldOf(this.#meta(), 'annotations');
    const names = fieldOf(annotations, PREVIOUS_NAMES)?.value.split(',');
    if (!names) return [];
    const namespaces = (fieldOf(annotations, PREVIOUS_NAMESPACES)?.value ?? '').split(',');
    const kinds = (fieldOf(annotations, PREVIOUS_KINDS)?.value ?? '').split(',');
    if (names.length !== namespaces.length || names.length !== kinds.length)
      throw new KustomizeError(
        'number of previous names, number of previous namespaces, number of previous kinds not equal',
      );
    return names.map((name, at) =>
      makeId(gvkOf(this.apiVersion, kinds[at] ?? ''), { name, namespace: namespaces[at] ?? '' }),
    );
  }

  /** What it was known by in its file. */
  get originalId(): ResourceId {
    return this.previousIds()[0] ?? this.id;
  }

  storePreviousId(): void {
    const { id } = this;
    this.appendTo(PREVIOUS_NAMES, id.name);
    this.appendTo(PREVIOUS_NAMESPACES, effectiveNamespace(id));
    this.appendTo(PREVIOUS_KINDS, id.kind);
  }

  /** Adds to a list with commas. */
  appendTo(annotation: string, value: string): void {
    if (value === '') return;
    this.setAnnotation(annotation, [...this.listOf(annotation), value].join(','));
  }

  listOf(annotation: string): string[] {
    return this.annotation(annotation)?.split(',') ?? [];
  }

  addReferrer(id: ResourceId): void {
    this.appendTo(REF_BY, idText(id));
  }

  /** Whether both went through the same prefixes and suffixes, the last ones first. */
  sameNaming(other: Resource, allowNone: boolean): boolean {
    return [PREFIXES, SUFFIXES].every(annotation => {
      const [own, others] = [this.listOf(annotation), other.listOf(annotation)];
      if (allowNone && (own.length === 0 || others.length === 0)) return true;
      return sameEnding(own, others);
    });
  }

  get behavior(): Behavior {
    const value = this.annotation(GENERATOR_BEHAVIOR);
    return value === 'create' || value === 'replace' || value === 'merge' ? value : 'unspecified';
  }

  get needsHash(): boolean {
    return this.#isEnabled(NEEDS_HASH);
  }

  get mayChangeName(): boolean {
    return this.#isEnabled(ALLOW_NAME_CHANGE);
  }

  get mayChangeKind(): boolean {
    return this.#isEnabled(ALLOW_KIND_CHANGE);
  }

  enable(annotation: string): void {
    this.setAnnotations(this.annotations().set(annotation, ENABLED));
  }

  removeBuildAnnotations(): void {
    const annotations = this.annotations();
    if (annotations.size === 0) return;
    for (const key of BUILD_ANNOTATIONS) annotations.delete(key);
    this.setAnnotations(annotations);
  }

  copy(): Resource {
    const copy = new Resource(copyNode(this.node ?? new YNode('none')), this.schemas);
    copy.varNames = [...this.varNames];
    return copy;
  }

  /** Takes over name, namespace, labels and annotations that it does not have itself. */
  takeMetadata(other: Resource): void {
    this.setLabels(new Map([...other.labels(), ...this.labels()]));
    const own = this.annotations();
    const theirs = other.annotations();
    const merged = new Map([...theirs, ...own]);
    for (const key of BUILD_ANNOTATIONS) {
      const value = theirs.get(key);
      if (value === undefined) merged.delete(key);
      if (value !== undefined) merged.set(key, value);
    }
    if (!own.has(NEEDS_HASH)) merged.delete(NEEDS_HASH);
    this.setAnnotations(merged);
    this.setName(other.name);
    this.setNamespace(other.namespace);
    this.varNames = [...other.varNames];
  }

  /** Applies a strategic merge patch; a resource that it deletes is empty afterwards. */
  patch(patch: Resource): void {
    if (!this.node || !patch.node) return;
    const { name, namespace, kind } = this;
    if (patch.mayChangeName || patch.mayChangeKind) this.storePreviousId();
    // A patch that replaces the whole object changes nothing: kustomize merges in place.
    const left = mergeNodes(patch.node, this.node, { schemas: this.schemas, prepend: true });
    if (left === undefined) this.node = undefined;
    if (this.isEmpty) return;
    if (!patch.mayChangeKind) this.setKind(kind);
    if (!patch.mayChangeName) this.setName(name);
    this.setNamespace(namespace);
  }

  value(): { [key: string]: JsonValue } | JsonValue[] {
    return this.node ? documentValue(this.node) : {};
  }

  #meta(): YNode | undefined {
    const meta = fieldOf(this.node, 'metadata');
    return isEmpty(meta) ? undefined : meta;
  }

  #metaText(field: string): string {
    const value = fieldOf(this.#meta(), field);
    return value === undefined || isEmpty(value) ? '' : value.value;
  }

  #metaMap(field: string): StringMap {
    const values: StringMap = new Map();
    for (const [key, value] of entriesOf(fieldOf(this.#meta(), field))) values.set(key.value, value.value);
    return values;
  }

  #setMetaMap(field: string, values: StringMap): void {
    const meta = this.node && lookup(this.node, ['metadata'], 'map');
    if (!meta) return;
    clearField(meta, field);
    if (values.size === 0) return;
    const map = lookup(meta, [field], 'map');
    if (!map) return;
    for (const key of [...values.keys()].sort()) setField(map, key, textNode(values.get(key) ?? ''));
  }

  #set(value: string, ...path: string[]): void {
    const parent = this.node && lookup(this.node, path.slice(0, -1), 'map');
    if (parent) setField(parent, path.at(-1) ?? '', scalarNode(value));
  }

  #isEnabled(annotation: string): boolean {
    return this.annotation(annotation) === ENABLED;
  }
}

/** `a,b` and `x,a,b` end the same way; nothing ends the same way as nothing only. */
function sameEnding(one: string[], other: string[]): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length === 0) return long.length === 0;
  return short.every((value, at) => value === long[long.length - short.length + at]);
}
