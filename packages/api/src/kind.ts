import type { KubeObject } from './object.ts';

/**
 * What a client must know to address a kind. A value, not a class: `packages/kinds` exports one for each kind.
 * The type parameter says what objects of this kind look like; nothing of it exists at run time.
 */
export interface Kind<T extends KubeObject = KubeObject> {
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Lower-case plural as it stands in paths, e.g. `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set; it carries T. */
  readonly object?: T;
}

/** Name of one object; `namespace` is absent for cluster-scoped kinds. */
export interface Key {
  namespace?: string;
  name: string;
}

/** `apps/v1` for `{group: 'apps', version: 'v1'}`, `v1` for the core group. */
export function apiVersionOf(kind: Pick<Kind, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** Splits `apps/v1` into group and version; `v1` has the group `''`. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return { group: '', version: apiVersion };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** `namespace/name`, or `name` for cluster-scoped objects: queues, maps and messages use this form. */
export function keyText(key: Key): string {
  return key.namespace ? `${key.namespace}/${key.name}` : key.name;
}

/** The key of an object that has a name. */
export function keyOf(object: KubeObject): Key {
  const { namespace, name } = object.metadata;
  return namespace ? { namespace, name: name ?? '' } : { name: name ?? '' };
}

/** API path of a collection or of one object (with an optional subresource), always starting with `/`. */
export function pathOf(
  kind: Kind,
  key?: { namespace?: string | undefined; name?: string },
  subresource?: string,
): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const scope = kind.namespaced && key?.namespace ? `/namespaces/${encodeURIComponent(key.namespace)}` : '';
  const name = key?.name === undefined ? '' : `/${encodeURIComponent(key.name)}`;
  return `${root}${scope}/${kind.plural}${name}${subresource ? `/${subresource}` : ''}`;
}
