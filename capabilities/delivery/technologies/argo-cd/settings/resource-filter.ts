import { matchesGlob } from './glob.ts';

/** One entry of `resource.exclusions` or `resource.inclusions`; an empty list matches everything. */
export interface FilteredResource {
  apiGroups: string[];
  kinds: string[];
  clusters: string[];
}

/** Kinds that change all the time and that nobody delivers (Argo CD's own list). */
const CORE: FilteredResource[] = [
  { apiGroups: ['events.k8s.io', 'metrics.k8s.io'], kinds: [], clusters: [] },
  { apiGroups: [''], kinds: ['Event'], clusters: [] },
  { apiGroups: ['coordination.k8s.io'], kinds: ['Lease'], clusters: [] },
];

export interface ResourceFilter {
  exclusions: FilteredResource[];
  inclusions: FilteredResource[];
}

export function readFiltered(value: unknown): FilteredResource[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error('a list of apiGroups, kinds and clusters is expected');
  const texts = (list: unknown) => (Array.isArray(list) ? list.map(String) : []);
  return value.map(each => ({
    apiGroups: texts(each?.apiGroups),
    kinds: texts(each?.kinds),
    clusters: texts(each?.clusters),
  }));
}

/** Whether Argo CD leaves a kind alone; exclusions win, and where inclusions name a cluster nothing else is in. */
export function isExcluded(
  { exclusions, inclusions }: ResourceFilter,
  { group, kind }: { group: string; kind: string },
  cluster: string,
): boolean {
  const matches = (rule: FilteredResource) =>
    covers(rule.apiGroups, group) &&
    (rule.kinds.length === 0 || rule.kinds.includes('*') || rule.kinds.includes(kind)) &&
    covers(rule.clusters, cluster);
  if ([...CORE, ...exclusions].some(matches)) return true;
  if (inclusions.some(matches)) return false;
  return inclusions.some(rule => covers(rule.clusters, cluster));
}

function covers(patterns: string[], text: string): boolean {
  return patterns.length === 0 || patterns.some(pattern => matchesGlob(text, pattern));
}
