import type { ResourceInfo, Subresource } from '../schema/index.ts';
import { type GroupOf, groupVersionText } from './groups.ts';

/** APIGroupList: the answer of `/apis` to clients that know no aggregated discovery. */
export function groupList(groups: GroupOf[]): unknown {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupEntry) };
}

/** APIGroup: the answer of `/apis/<group>`. */
export function groupDocument(group: GroupOf): unknown {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

function groupEntry({ group, versions }: GroupOf): { name: string } {
  const entries = versions.map(({ version }) => ({ groupVersion: `${group}/${version}`, version }));
  const [preferredVersion] = entries;
  return { name: group, versions: entries, preferredVersion } as { name: string };
}

/** APIVersions: the answer of `/api`. `address` is where clients reach the server. */
export function coreVersions(address: string): unknown {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** APIResourceList: the answer of `/apis/<group>/<version>` and `/api/v1`. */
export function resourceList(group: string, version: string, resources: ResourceInfo[]): unknown {
  return {
    kind: 'APIResourceList',
    // The core group's list has never carried its own apiVersion.
    ...(group ? { apiVersion: 'v1' } : {}),
    groupVersion: groupVersionText(group, version),
    resources: resources.flatMap(info => [
      resourceEntry(info),
      ...info.subresources.map(found => subresourceEntry(info, found)),
    ]),
  };
}

function resourceEntry(info: ResourceInfo): unknown {
  return {
    name: info.kind.plural,
    singularName: info.singular,
    namespaced: info.kind.namespaced,
    kind: info.kind.kind,
    verbs: info.verbs,
    ...(info.shortNames.length > 0 ? { shortNames: info.shortNames } : {}),
    ...(info.categories.length > 0 ? { categories: info.categories } : {}),
    ...(info.storageVersionHash ? { storageVersionHash: info.storageVersionHash } : {}),
  };
}

function subresourceEntry(info: ResourceInfo, found: Subresource): unknown {
  const { kind } = found;
  const near = !kind || (kind.group === info.kind.group && kind.version === info.kind.version);
  return {
    name: `${info.kind.plural}/${found.name}`,
    singularName: '',
    namespaced: info.kind.namespaced,
    ...(near ? {} : { group: kind.group, version: kind.version }),
    kind: kind?.kind ?? info.kind.kind,
    verbs: found.verbs,
  };
}
