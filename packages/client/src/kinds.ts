import { type ApiRequest, type ApiResponse, apiVersionOf, type Kind } from '@slipway/api';

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
  const groups = await listGroups(request);
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

/** Every `version` and `version/Kind`, of all versions, sorted. */
export async function listApiVersions(
  request: (options: ApiRequest) => Promise<ApiResponse>,
): Promise<string[]> {
  const found = new Set<string>();
  for (const { metadata, versions } of await listGroups(request)) {
    for (const { version, resources = [] } of versions) {
      const apiVersion = apiVersionOf({ group: metadata?.name ?? '', version });
      found.add(apiVersion);
      for (const { responseKind } of resources)
        if (responseKind?.kind) found.add(`${apiVersion}/${responseKind.kind}`);
    }
  }
  return [...found].sort();
}

async function listGroups(
  request: (options: ApiRequest) => Promise<ApiResponse>,
): Promise<NonNullable<Discovery['items']>> {
  const paths = ['/api', '/apis'];
  const answers = await Promise.all(paths.map(path => request({ method: 'GET', path, accept: AGGREGATED })));
  return answers.flatMap(answer => (JSON.parse(answer.body) as Discovery).items ?? []);
}
