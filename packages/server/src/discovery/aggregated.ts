import type { ResourceInfo, Subresource } from '../schema/index.ts';
import type { GroupOf } from './groups.ts';

export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** True when the client understands aggregated discovery v2. */
export function wantsAggregated(accept: string): boolean {
  return accept
    .split(',')
    .map(part => part.replaceAll(' ', '').split(';'))
    .some(
      parts =>
        ['application/json', 'application/*', '*/*'].includes(parts[0] ?? '') &&
        ['g=apidiscovery.k8s.io', 'v=v2', 'as=APIGroupDiscoveryList'].every(wish => parts.includes(wish)),
    );
}

/** APIGroupDiscoveryList (apidiscovery.k8s.io/v2) of these groups. */
export function aggregatedDocument(groups: GroupOf[]): unknown {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: group ? { name: group } : {},
      versions: versions.map(({ version, resources }) => ({
        version,
        resources: resources.map(resourceDocument),
        freshness: 'Current',
      })),
    })),
  };
}

function resourceDocument(info: ResourceInfo): unknown {
  const own = { group: '', version: '', kind: info.kind.kind };
  const responseKind = info.custom ? { ...own, group: info.kind.group, version: info.kind.version } : own;
  return {
    resource: info.kind.plural,
    responseKind,
    scope: info.kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: info.singular,
    verbs: info.verbs,
    ...(info.shortNames.length > 0 ? { shortNames: info.shortNames } : {}),
    ...(info.categories.length > 0 ? { categories: info.categories } : {}),
    ...(info.subresources.length > 0
      ? { subresources: info.subresources.map(found => subresourceDocument(info, found, responseKind)) }
      : {}),
  };
}

function subresourceDocument(info: ResourceInfo, found: Subresource, parent: unknown): unknown {
  const { kind } = found;
  const near = kind && kind.group === info.kind.group && kind.version === info.kind.version;
  const responseKind = near ? { group: '', version: '', kind: kind.kind } : (kind ?? parent);
  return { subresource: found.name, responseKind, verbs: found.verbs };
}
