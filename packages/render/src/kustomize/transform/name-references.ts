import type { FieldSpec } from '../config/field-spec.ts';
import type { NameReference } from '../config/transformer-config.ts';
import { KustomizeError, wrapped } from '../kustomize-error.ts';
import { getField, setField, setScalar } from '../node/lookup.ts';
import { fieldOf, isNull, scalarNode, type YNode } from '../node/y-node.ts';
import type { Resource } from '../resource/resource.ts';
import {
  effectiveNamespace,
  type Gvk,
  idText,
  isSelected,
  type ResourceId,
  sameNamespace,
} from '../resource/resource-id.ts';
import type { ResourceSet } from '../resource/resource-set.ts';
import { filterField } from './field-filter.ts';
import { resourceText } from './resource-text.ts';

interface Reference {
  spec: FieldSpec;
  target: Gvk;
}

/** What is asked of a resource again and again; names do not change while references do. */
interface Known {
  id: ResourceId;
  previous: ResourceId[];
  original: ResourceId;
}

/** Names in resources follow the names of the resources they mean (`nameReferenceTransformer`). */
export function fixNameReferences(set: ResourceSet, references: readonly NameReference[]): void {
  const known = new Map<Resource, Known>();
  const byName = new Map<string, Resource[]>();
  for (const resource of set.list) {
    const previous = resource.previousIds();
    const { id } = resource;
    known.set(resource, { id, previous, original: previous[0] ?? id });
    for (const name of new Set(previous.map(each => each.name))) {
      const named = byName.get(name);
      if (named) named.push(resource);
      if (!named) byName.set(name, [resource]);
    }
  }
  for (const resource of set.list) {
    const own = referencesOf(known.get(resource)?.original, references);
    if (own.length === 0) continue;
    const mayRefer = set.referableBy(resource, other => known.get(other)?.id ?? other.id);
    const candidates = (name: string): Resource[] => byName.get(name)?.filter(mayRefer) ?? [];
    for (const reference of own) new ReferenceFixer(resource, reference, { candidates, known }).run();
  }
}

function referencesOf(id: ResourceId | undefined, references: readonly NameReference[]): Reference[] {
  if (!id) return [];
  return references.flatMap(target =>
    target.fieldSpecs.filter(spec => isSelected(id, spec)).map(spec => ({ spec, target })),
  );
}

class ReferenceFixer {
  readonly #referrer: Resource;
  readonly #reference: Reference;
  /** Those once of a name that the referrer can see. */
  readonly #candidates: (name: string) => Resource[];
  readonly #known: Map<Resource, Known>;

  constructor(
    referrer: Resource,
    reference: Reference,
    { candidates, known }: { candidates: (name: string) => Resource[]; known: Map<Resource, Known> },
  ) {
    this.#referrer = referrer;
    this.#reference = reference;
    this.#candidates = candidates;
    this.#known = known;
  }

  run(): void {
    const { node, gvk, id } = this.#referrer;
    const { spec } = this.#reference;
    if (!node) return;
    try {
      filterField(node, { ...spec, ...gvk }, { set: field => this.#fix(field) });
    } catch (error) {
      throw wrapped(error, `updating name reference in '${spec.path}' field of '${idText(id)}'`);
    }
  }

  #fix(field: YNode): void {
    if (isNull(field)) return;
    if (field.kind === 'seq') for (const item of field.content) this.#fixItem(item);
    if (field.kind !== 'seq') this.#fixItem(field);
  }

  #fixItem(item: YNode): void {
    if (isNull(item)) return;
    if (item.kind === 'scalar') this.#fixScalar(item);
    if (item.kind === 'map') this.#fixMap(item);
    if (item.kind === 'seq') throw new KustomizeError('a list is expected to hold either strings or maps');
  }

  #fixScalar(field: YNode): void {
    const target = this.#select(this.#candidates(field.value), sameNames);
    if (!target) return;
    target.addReferrer(this.#referrer.id);
    if (target.name !== field.value) setScalar(field, scalarNode(target.name));
  }

  /** A map is known by name and, if it says so, namespace; it gets both. */
  #fixMap(field: YNode): void {
    const name = getField(field, 'name');
    if (name === undefined) throw new KustomizeError("path config error; no 'name' field in node");
    const target = this.#select(this.#ofNamespace(field, name.value), sameNamesAndNamespaces);
    if (!target) return;
    target.addReferrer(this.#referrer.id);
    if (target.name === name.value && target.namespace === '') return;
    setField(field, 'name', scalarNode(target.name));
    if (target.namespace !== '') setField(field, 'namespace', scalarNode(target.namespace));
  }

  /** Namespaces are asked of all that the referrer can see, before their names are. */
  #ofNamespace(field: YNode, name: string): Resource[] {
    const namespace = getField(field, 'namespace')?.value;
    const found = this.#candidates(name);
    if (namespace === undefined) return found;
    const original = found.filter(resource => this.#isIn(resource, 'original', namespace));
    return original.length > 0 ? original : found.filter(resource => this.#isIn(resource, 'id', namespace));
  }

  #isIn(resource: Resource, which: 'original' | 'id', namespace: string): boolean {
    const known = this.#known.get(resource);
    return known !== undefined && effectiveNamespace(known[which]) === namespace;
  }

  #select(candidates: Resource[], same: (found: Resource[]) => boolean): Resource | undefined {
    if (candidates.length === 0) return undefined;
    const { target } = this.#reference;
    let found = candidates.filter(resource => this.#previous(resource).some(id => isSelected(id, target)));
    found = this.#ofRoleRef(found).filter(resource => this.#isNear(resource));
    if (found.length === 1) return found[0];
    found = found.filter(resource => resource.sameNaming(this.#referrer, true));
    if (found.length > 1) found = found.filter(resource => resource.sameNaming(this.#referrer, false));
    if (found.length <= 1 || same(found)) return found[0];
    throw this.#tooMany(found);
  }

  #previous(resource: Resource): ResourceId[] {
    return this.#known.get(resource)?.previous ?? [];
  }

  /** A role reference says itself which kind it means. */
  #ofRoleRef(found: Resource[]): Resource[] {
    if (!this.#reference.spec.path.endsWith('roleRef/name')) return found;
    const roleRef = fieldOf(this.#referrer.node, 'roleRef');
    const [group, kind] = [fieldOf(roleRef, 'apiGroup'), fieldOf(roleRef, 'kind')];
    if (!group || !kind) return found;
    const selector = { group: group.value, kind: kind.value };
    return found.filter(resource => this.#previous(resource).some(id => isSelected(id, selector)));
  }

  /** Of the same namespace, unless one of both has none; service accounts are referred to from everywhere. */
  #isNear(resource: Resource): boolean {
    const own = this.#known.get(this.#referrer)?.id;
    const other = this.#known.get(resource)?.id;
    if (!own || !other || own.clusterScoped || other.clusterScoped) return true;
    return resource.kind === 'ServiceAccount' || sameNamespace(own, other);
  }

  #tooMany(found: Resource[]): KustomizeError {
    const ids = found.map(resource => idText(resource.id)).join(', ');
    const details = found
      .map((resource, at) => `--- possible referral ${at}:\n${resourceText(resource)}\n`)
      .join('');
    return new KustomizeError(
      `found multiple possible referrals: ${ids}\n\n**** Too many possible referral targets to referrer:\n${resourceText(this.#referrer)}\n${details}`,
    );
  }
}

function sameNames([first, ...more]: Resource[]): boolean {
  return more.every(resource => resource.name === first?.name);
}

function sameNamesAndNamespaces(found: Resource[]): boolean {
  return sameNames(found) && found.every(resource => resource.namespace === found[0]?.namespace);
}
