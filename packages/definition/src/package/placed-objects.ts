import { type AnyObject, type Key, type Kind, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { CustomResourceDefinition, PackageItem } from '@slipway/kinds';

/** An object with its kind and place; ready to be sent. */
export interface Placed {
  kind: Kind<AnyObject>;
  key: Key;
  object: AnyObject;
  /** Its kind is served only once a CRD of the same package is. */
  isLater: boolean;
}

/** Whose an object is: the Package's name. */
export const PACKAGE_LABEL = 'slipway.dev/package';

/**
 * Finds out of every object what kind it is of, puts those that name no namespace into the package's, and marks them.
 * @throws SlipwayError KindUnknown naming every kind that neither the server nor a CRD of the package knows
 */
export async function placeObjects(
  client: Client,
  objects: AnyObject[],
  owner: { name: string; namespace: string; earlier: AnyObject[] },
): Promise<Placed[]> {
  const coming = new Map([...owner.earlier, ...objects].flatMap(kindsOf).map(kind => [idOfKind(kind), kind]));
  const unknown = new Set<string>();
  const placed: Placed[] = [];
  for (const object of objects) {
    const known = (await client.discover(object.apiVersion, object.kind)) as Kind<AnyObject> | undefined;
    const kind = known ?? coming.get(`${object.apiVersion}/${object.kind}`);
    if (kind) placed.push(place(object, kind, { ...owner, isLater: known === undefined }));
    if (!kind) unknown.add(`${object.kind} (${object.apiVersion})`);
  }
  if (unknown.size === 0) return placed;
  throw new SlipwayError(
    'KindUnknown',
    `package ${owner.name}: the cluster serves no ${[...unknown].join(', ')}, and no CRD of the package does; add what brings them first, or say in package.yaml that it is required`,
  );
}

function place(
  object: AnyObject,
  kind: Kind<AnyObject>,
  { name, namespace, isLater }: { name: string; namespace: string; isLater: boolean },
): Placed {
  const { namespace: own, ...rest } = object.metadata;
  const at = kind.namespaced ? { namespace: own || namespace } : {};
  const labels = { ...rest.labels, [PACKAGE_LABEL]: name };
  const { status: _, ...content } = object;
  return {
    kind,
    key: { ...at, name: rest.name ?? '' },
    object: { ...content, metadata: { ...rest, ...at, labels } } as AnyObject,
    isLater,
  };
}

/** The kinds that a CRD brings. */
function kindsOf(object: AnyObject): Kind<AnyObject>[] {
  if (object.kind !== 'CustomResourceDefinition') return [];
  const { spec } = object as unknown as CustomResourceDefinition;
  const { kind, plural } = spec.names;
  const namespaced = spec.scope === 'Namespaced';
  return spec.versions.map(({ name: version }) => ({ group: spec.group, version, kind, plural, namespaced }));
}

function idOfKind({ group, version, kind }: Kind): string {
  return `${group === '' ? '' : `${group}/`}${version}/${kind}`;
}

/** An object as an inventory names it. */
export function itemOf({ object, key }: Placed): PackageItem {
  return { apiVersion: object.apiVersion, kind: object.kind, ...key };
}

/** `Deployment shop/web` */
export function itemText({ kind, namespace, name }: PackageItem): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** The same object, whatever the version of its kind. */
export function itemId({ apiVersion, kind, namespace, name }: PackageItem): string {
  const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '';
  return [group, kind, namespace ?? '', name].join('/');
}
