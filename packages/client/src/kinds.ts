import type { ApiRequest, ApiResponse, Kind } from '@slipway/api';

/** `apidiscovery.k8s.io/v2` as far as it is needed. */
interface Discovery {
  items?: {
    metadata?: { name?: string };
    versions: {
      version: string;
      resources?: {
        resource: string;
        responseKind?: { kind?: string };
        scope: 'Namespaced' | 'Cluster';
        verbs: string[];
      }[];
    }[];
  }[];
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const NEEDED = ['list', 'watch', 'delete'];

/** Every kind that can be listed, watched and deleted, once each, by aggregated discovery (KEP-3352). */
export async function listKinds(request: (options: ApiRequest) => Promise<ApiResponse>): Promise<Kind[]> {
  const paths = ['/api', '/apis'];
  const answers = await Promise.all(paths.map(path => request({ method: 'GET', path, accept: AGGREGATED })));
  const groups = answers.flatMap(answer => (JSON.parse(answer.body) as Discovery).items ?? []);
  const found = new Map<string, Kind>();
  for (const { metadata, versions } of groups) {
    const group = metadata?.name ?? '';
    for (const { version, resources = [] } of versions) {
      for (const { resource: plural, responseKind, scope, verbs } of resources) {
        const usable = NEEDED.every(verb => verbs.includes(verb));
        // Versions come in order of preference: the first that has a resource is taken.
        if (!usable || found.has(`${group}/${plural}`)) continue;
        const kind = responseKind?.kind ?? '';
        found.set(`${group}/${plural}`, { group, version, kind, plural, namespaced: scope === 'Namespaced' });
      }
    }
  }
  return [...found.values()];
}
