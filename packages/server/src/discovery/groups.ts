import type { Registry, ResourceInfo } from '../schema/index.ts';
import { compareKubeVersions } from './kube-version.ts';

export interface VersionOf {
  version: string;
  resources: ResourceInfo[];
}

export interface GroupOf {
  group: string;
  /** Best first: the first is preferred. */
  versions: VersionOf[];
}

/** Groups in the order in which discovery lists them: built-in ones first, custom ones by name. */
export function groupsOf(registry: Registry): GroupOf[] {
  const groups = new Map<string, Map<string, ResourceInfo[]>>();
  for (const info of registry.all()) {
    const { group, version } = info.kind;
    const versions = groups.get(group) ?? new Map<string, ResourceInfo[]>();
    groups.set(group, versions);
    versions.set(version, [...(versions.get(version) ?? []), info]);
  }
  return [...groups].map(([group, versions]) => ({
    group,
    versions: [...versions]
      .map(([version, resources]) => ({ version, resources }))
      .sort((a, b) => compareKubeVersions(a.version, b.version)),
  }));
}

/** `apps/v1`, or `v1` for the core group. */
export function groupVersionText(group: string, version: string): string {
  return group ? `${group}/${version}` : version;
}
