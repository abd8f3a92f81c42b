import type { ResourceInfo } from '../schema/index.ts';
import { hasSubresource } from '../schema/index.ts';
import { differenceBelow, type FieldSet, type Path, setOf, without } from './field-set.ts';
import { fieldElement } from './path-element.ts';

/** Never owned by anybody: what names the object, and what only the server writes. */
const META = setOf(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation'].map(
    (name): Path => ['f:metadata', fieldElement(name)],
  ),
  ['f:metadata', 'f:managedFields'],
  ['f:metadata', 'f:resourceVersion'],
);

/** What a write to `status` cannot change although it is not below `spec` (each kind's GetResetFields). */
const STATUS_RESETS: Record<string, Path[]> = {
  'apps/deployments': [['f:metadata', 'f:labels']],
  '/pods': [
    ['f:metadata', 'f:deletionTimestamp'],
    ['f:metadata', 'f:ownerReferences'],
  ],
};

/** What a manager may own through this request: fields that the request cannot change are left out. */
export function ownable(set: FieldSet, info: ResourceInfo, subresource: string): FieldSet {
  return differenceBelow(set, resetFields(info, subresource));
}

export function withoutMeta(set: FieldSet): FieldSet {
  return { members: without(set.members, META.members), children: metaChildren(set) };
}

function metaChildren(set: FieldSet): Map<string, FieldSet> {
  const children = new Map(set.children);
  const metadata = children.get('f:metadata');
  const gone = META.children.get('f:metadata');
  if (metadata && gone) {
    children.set('f:metadata', {
      members: without(metadata.members, gone.members),
      children: metadata.children,
    });
  }
  return children;
}

function resetFields(info: ResourceInfo, subresource: string): FieldSet {
  const { group, plural } = info.kind;
  if (subresource !== 'status') {
    return hasSubresource(info, 'status') ? setOf(['f:status']) : setOf();
  }
  if (!info.custom) return setOf(['f:spec'], ...(STATUS_RESETS[`${group}/${plural}`] ?? []));
  const others = Object.keys(info.schema.properties ?? {}).filter(
    name => !['status', 'metadata', 'apiVersion', 'kind'].includes(name),
  );
  return setOf(...others.map((name): Path => [fieldElement(name)]));
}
