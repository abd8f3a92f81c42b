import { setBinaryData, setData } from '../generate/data-map.ts';
import { KustomizeError } from '../kustomize-error.ts';
import { entriesOf, fieldOf, isNull, textOf, type YNode } from '../node/y-node.ts';
import { stringifyJson } from './json-text.ts';
import { type Origin, originOf, setOrigin, setTransformations, transformationsOf } from './origin.ts';
import type { Resource, StringMap } from './resource.ts';
import { idKey, idText, type ResourceId, sameId, sameNamespace } from './resource-id.ts';

/** Resources in the order in which they came (`ResMap`). */
export class ResourceSet {
  list: Resource[] = [];

  constructor(list: Resource[] = []) {
    this.appendAll(list);
  }

  /** What `appendAll` holds newcomers against. */
  keys(): Set<string> {
    return new Set(this.list.map(resource => idKey(resource.id)));
  }

  /**
   * @param known the set's own keys, when they are at hand; they grow with it
   * @throws KustomizeError when one is there already
   */
  appendAll(more: readonly Resource[], known = this.keys()): void {
    for (const resource of more) {
      const { id } = resource;
      const key = idKey(id);
      if (known.has(key))
        throw new KustomizeError(`may not add resource with an already registered id: ${idText(id)}`);
      known.add(key);
      this.list.push(resource);
    }
  }

  /** Those whose present or any earlier id fits. */
  byAnyId(fits: (id: ResourceId) => boolean): Resource[] {
    return this.list.filter(
      resource => !resource.isEmpty && (resource.previousIds().some(fits) || fits(resource.id)),
    );
  }

  byCurrentId(id: ResourceId): Resource[] {
    return this.list.filter(resource => sameId(id, resource.id));
  }

  /** The one that a patch is meant for. */
  target(id: ResourceId): Resource {
    const found = this.byAnyId(other => sameId(id, other));
    const [first] = found;
    if (first && found.length === 1) return first;
    const problem = first ? 'multiple matches for Id' : 'no matches for Id';
    throw new KustomizeError(
      `${problem} ${idText(id)}; failed to find unique target for patch ${idText(id)}`,
    );
  }

  dropEmpty(): void {
    this.list = this.list.filter(resource => !resource.isEmpty);
  }

  /** Takes over what a generator made: new ones, or into those it merges with or replaces. */
  absorb(made: readonly Resource[]): void {
    for (const resource of made) this.#absorbOne(resource);
  }

  #absorbOne(resource: Resource): void {
    const { id, behavior } = resource;
    const found = this.byAnyId(other => sameId(id, other));
    if (found.length > 1)
      throw new KustomizeError(
        `found multiple objects [${found.map(text).join(' ')}] that could accept merge of ${idText(id)}`,
      );
    const [old] = found;
    const changes = behavior === 'merge' || behavior === 'replace';
    if (!old) {
      if (changes) throw new KustomizeError(`id ${goId(id)} does not exist; cannot merge or replace`);
      this.appendAll([resource]);
      return;
    }
    if (!changes)
      throw new KustomizeError(
        `id ${goId(id)} exists; can not use behavior: '${behavior}', behavior must be merge or replace`,
      );
    mergeInto(resource, old);
    this.#replace(resource, old);
  }

  #replace(resource: Resource, old: Resource): void {
    const { id } = resource;
    const places = this.list.flatMap((other, at) => (sameId(id, other.id) ? [at] : []));
    if (places.length > 1) throw new KustomizeError(`in Replace: id matched ${places.length} resources`);
    const [place] = places;
    if (place === undefined)
      throw new KustomizeError(`cannot find resource with id ${idText(id)} to replace`);
    if (this.list[place] !== old) throw new KustomizeError('unexpected target index in replacement');
    this.list[place] = resource;
  }

  addOrigin(origin: Origin | undefined): void {
    if (!origin) return;
    for (const resource of this.list) if (!originOf(resource)) setOrigin(resource, origin);
  }

  addTransformation(origin: Origin): void {
    for (const resource of this.list) {
      const isMade = originOf(resource) === undefined;
      if (isMade) setOrigin(resource, origin);
      if (!isMade) setTransformations(resource, [...transformationsOf(resource), origin]);
    }
  }

  /** Which ones a resource may name: of its own namespace, cluster-wide ones, and those a RoleBinding binds. */
  referableBy(referrer: Resource, idOf: (resource: Resource) => ResourceId): (other: Resource) => boolean {
    const own = idOf(referrer);
    if (own.clusterScoped) return () => true;
    const bound = boundNamespaces(referrer);
    return other => {
      const id = idOf(other);
      return id.clusterScoped || sameNamespace(id, own) || bound.has(other.namespace);
    };
  }
}

function mergeInto(resource: Resource, old: Resource): void {
  const origin = resource.behavior === 'merge' ? originOf(old) : undefined;
  const merges = resource.behavior === 'merge';
  resource.takeMetadata(old);
  if (!merges) return;
  if (resource.node) {
    setData(resource.node, new Map([...dataOf(old.node, 'data'), ...dataOf(resource.node, 'data')]));
    setBinaryData(
      resource.node,
      new Map([...dataOf(old.node, 'binaryData'), ...dataOf(resource.node, 'binaryData')]),
    );
  }
  if (origin) setOrigin(resource, origin);
}

function dataOf(node: YNode | undefined, field: string): StringMap {
  const values: StringMap = new Map();
  for (const [key, value] of entriesOf(fieldOf(node, field))) values.set(textOf(key), textOf(value));
  return values;
}

/** Namespaces whose service accounts a RoleBinding names. */
function boundNamespaces(resource: Resource): Set<string> {
  const found = new Set<string>();
  if (resource.kind !== 'RoleBinding') return found;
  for (const subject of fieldOf(resource.node, 'subjects')?.content ?? []) {
    const namespace = fieldOf(subject, 'namespace');
    if (!namespace || fieldOf(subject, 'kind')?.value !== 'ServiceAccount') continue;
    if (isNull(namespace))
      throw new KustomizeError(
        `Invalid Input: namespace is blank for resource ${JSON.stringify(idText(resource.id))}\n`,
      );
    found.add(namespace.value);
  }
  return found;
}

/** A resource as Go prints it in a list. */
function text(resource: Resource): string {
  return stringifyJson(resource.value());
}

/** An id as Go's `%#v` prints it. */
function goId({ group, version, kind, name, namespace, clusterScoped }: ResourceId): string {
  const gvk = `resid.Gvk{Group:"${group}", Version:"${version}", Kind:"${kind}", isClusterScoped:${clusterScoped}}`;
  return `resid.ResId{Gvk:${gvk}, Name:"${name}", Namespace:"${namespace}"}`;
}
