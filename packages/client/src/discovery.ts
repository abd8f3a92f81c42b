import { type ApiRequest, type ApiResponse, hasReason, type Kind, parseApiVersion } from '@slipway/api';

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean }[];
}

/**
 * The Kind behind an apiVersion and kind. What was found is remembered for the client's life: a kind's plural and
 * scope never change while it exists. What was missing is asked again each time, for a CRD may have come.
 */
export function createDiscovery(
  request: (options: ApiRequest) => Promise<ApiResponse>,
): (apiVersion: string, kind: string) => Promise<Kind | undefined> {
  const known = new Map<string, Kind>();
  return async (apiVersion, kind) => {
    const found = known.get(`${apiVersion} ${kind}`);
    if (found) return found;
    const { group, version } = parseApiVersion(apiVersion);
    for (const resource of await resourcesOf(request, group, version)) {
      if (resource.name.includes('/')) continue;
      const { name: plural, namespaced } = resource;
      known.set(`${apiVersion} ${resource.kind}`, {
        group,
        version,
        kind: resource.kind,
        plural,
        namespaced,
      });
    }
    return known.get(`${apiVersion} ${kind}`);
  };
}

async function resourcesOf(
  request: (options: ApiRequest) => Promise<ApiResponse>,
  group: string,
  version: string,
): Promise<NonNullable<ResourceList['resources']>> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  try {
    const answer = await request({ method: 'GET', path });
    return (JSON.parse(answer.body) as ResourceList).resources ?? [];
  } catch (error) {
    if (hasReason(error, 'NotFound')) return [];
    throw error;
  }
}
