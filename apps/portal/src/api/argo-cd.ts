// Argo CD's own API, for what is in no object of the platform's: comparisons, and manifests of any cluster.

/** Which object of an application. */
export interface ResourceAddress {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
}

interface ApplicationAddress {
  namespace: string;
  name: string;
}

/** What the source says of an object beside what lives. */
export interface ManagedResource {
  /** Absent: it is to be removed. */
  target: object | undefined;
  /** Absent: it is to be made. */
  live: object | undefined;
  /** What applying the source's would make of it. */
  predicted: object | undefined;
}

/** The live object; values of a Secret are hidden. @throws Error with the server's words */
export async function readManifest(
  application: ApplicationAddress,
  resource: ResourceAddress,
  signal: AbortSignal,
): Promise<object> {
  const { manifest } = await read<{ manifest: string }>(application, 'resource', resource, signal);
  return JSON.parse(manifest) as object;
}

interface ResourceDiff {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
  targetState?: string;
  liveState?: string;
  normalizedLiveState?: string;
  predictedLiveState?: string;
}

/** How an object differs from its source; undefined when the application does not name it. @throws Error */
export async function readDifference(
  application: ApplicationAddress,
  resource: ResourceAddress,
  signal: AbortSignal,
): Promise<ManagedResource | undefined> {
  const { items = [] } = await read<{ items?: ResourceDiff[] }>(
    application,
    'managed-resources',
    resource,
    signal,
  );
  const found = items.find(({ name, kind }) => name === resource.name && kind === resource.kind);
  if (!found) return undefined;
  const { targetState, liveState, normalizedLiveState, predictedLiveState } = found;
  return {
    target: parsed(targetState),
    live: parsed(normalizedLiveState) ?? parsed(liveState),
    predicted: parsed(predictedLiveState),
  };
}

function parsed(text: string | undefined): object | undefined {
  const value = JSON.parse(text || 'null') as object | null;
  return value ?? undefined;
}

async function read<T>(
  { namespace, name }: ApplicationAddress,
  what: 'resource' | 'managed-resources',
  resource: ResourceAddress,
  signal: AbortSignal,
): Promise<T> {
  const query = new URLSearchParams({
    appNamespace: namespace,
    group: resource.group,
    version: resource.version,
    kind: resource.kind,
    namespace: resource.namespace,
    [what === 'resource' ? 'resourceName' : 'name']: resource.name,
  });
  const path = `/apis-of/argo-cd/api/v1/applications/${encodeURIComponent(name)}/${what}?${query}`;
  const response = await fetch(path, { signal });
  const body = (await response.json().catch(() => ({}))) as T & { message?: string };
  if (response.ok) return body;
  throw new Error(body.message ?? `Argo CD's API answered ${response.status}`);
}
