import type { FieldSpec } from '../config/field-spec.ts';
import { KustomizeError, wrapped } from '../kustomize-error.ts';
import { elementsOf, getField, lookup, WrongKindError } from '../node/lookup.ts';
import { isNull, type YNode } from '../node/y-node.ts';
import { HELM_GENERATED } from '../resource/build-annotations.ts';
import { stringifyJson } from '../resource/json-text.ts';
import type { Resource } from '../resource/resource.ts';
import { idKey } from '../resource/resource-id.ts';
import type { ResourceSet } from '../resource/resource-set.ts';
import { filterField, filterFields } from './field-filter.ts';
import { emptyEntrySetter, entrySetter } from './set-entry.ts';
import type { Transformer } from './transformer.ts';

export interface NamespaceArgs {
  namespace: string;
  fieldSpecs: FieldSpec[];
  /** Only where none stands yet. */
  unsetOnly?: boolean;
  /** Whose subjects in (Cluster)RoleBindings get it: `defaultOnly`, `allServiceAccounts` or `none`. */
  setRoleBindingSubjects?: string;
}

const MODES = ['allServiceAccounts', 'defaultOnly', 'none'];
const META: FieldSpec = { group: '', version: '', kind: '', path: 'metadata/namespace', create: true };
const SCALAR = { kind: 'scalar', tag: '!!str' } as const;

/** `namespace`: of all namespaced kinds, and where others name it. @throws KustomizeError */
export function namespaceTransformer(args: NamespaceArgs): Transformer {
  const mode = args.setRoleBindingSubjects || 'defaultOnly';
  if (!MODES.includes(mode))
    throw new KustomizeError(
      `invalid value ${JSON.stringify(mode)} for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`,
    );
  return set => {
    if (args.namespace === '') return;
    const counts = new Map<string, number>();
    for (const { id } of set.list) count(counts, idKey(id), 1);
    for (const resource of set.list) {
      // Charts have been given their namespace already.
      if (resource.isEmpty || resource.annotation(HELM_GENERATED) === 'true') continue;
      resource.storePreviousId();
      count(counts, idKey(resource.id), -1);
      setNamespace(resource, { ...args, setRoleBindingSubjects: mode });
      if (count(counts, idKey(resource.id), 1) > 1) throw conflict(set, resource);
    }
  };
}

function count(counts: Map<string, number>, key: string, change: number): number {
  const sum = (counts.get(key) ?? 0) + change;
  counts.set(key, sum);
  return sum;
}

function conflict(set: ResourceSet, resource: Resource): KustomizeError {
  const same = set.byCurrentId(resource.id).map(each => stringifyJson(each.value()));
  return new KustomizeError(`namespace transformation produces ID conflict: [${same.join(' ')}]`);
}

/** Writes the namespace into one resource (`namespace.Filter`). */
export function setNamespace(resource: Resource, args: NamespaceArgs): void {
  const { node, kind, apiVersion } = resource;
  if (!node) return;
  const set = (): ((field: YNode) => void) =>
    (args.unsetOnly ? emptyEntrySetter : entrySetter)('', args.namespace, '!!str');
  const isBinding = kind === 'RoleBinding' || kind === 'ClusterRoleBinding';
  if (!resource.id.clusterScoped)
    filterField(node, META, { set: set(), create: { kind: 'scalar', tag: '' } });
  if (isBinding) bindSubjects(node, args.setRoleBindingSubjects ?? 'defaultOnly', set);
  const specs = args.fieldSpecs.filter(spec => applies(spec, apiVersion, isBinding));
  try {
    filterFields(node, specs, { set: set(), create: SCALAR });
  } catch (error) {
    const isWrong = error instanceof KustomizeError && error.cause instanceof WrongKindError;
    throw wrapped(
      error,
      isWrong ? 'namespace field specs must target scalar nodes' : 'namespace transformation failed',
    );
  }
}

/** Names and namespaces of objects themselves, and subjects, have rules of their own. */
function applies({ path, kind }: FieldSpec, apiVersion: string, isBinding: boolean): boolean {
  if (path === 'metadata/namespace') return false;
  if (path === 'metadata/name' && apiVersion !== 'v1') return false;
  const isSubject =
    path === 'subjects/namespace' && (kind === 'RoleBinding' || kind === 'ClusterRoleBinding');
  return !(isBinding && isSubject);
}

function bindSubjects(node: YNode, mode: string, set: () => (field: YNode) => void): void {
  if (mode === 'none') return;
  const subjects = lookup(node, ['subjects']);
  if (subjects === undefined || isNull(subjects)) return;
  const [field, value] = mode === 'defaultOnly' ? ['name', 'default'] : ['kind', 'ServiceAccount'];
  try {
    for (const subject of elementsOf(subjects)) {
      const found = getField(subject, field);
      if (found === undefined || isNull(found) || found.value !== value) continue;
      const namespace = lookup(subject, ['namespace'], 'scalar');
      if (namespace) set()(namespace);
    }
  } catch (error) {
    throw wrapped(error, 'setting namespace on (cluster)role binding subjects');
  }
}
