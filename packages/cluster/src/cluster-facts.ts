import type { Client } from '@slipway/client';
import type { ClusterFacts } from './render-release.ts';

/** Groups that every Kubernetes has by itself. */
const BUILT_IN_GROUPS = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);

/**
 * What charts may know of a cluster: its version, and the kinds it has by itself. Kinds that tools bring are left out: a
 * plan would be another after its own apply.
 */
export async function clusterFacts(client: Client): Promise<Required<ClusterFacts>> {
  const { gitVersion } = (await client.read('/version')) as { gitVersion: string };
  const served = await client.apiVersions();
  return { version: gitVersion, apiVersions: served.filter(isBuiltIn) };
}

/** `apps/v1/Deployment`, `apps/v1`, `v1/Pod`, `v1`. */
function isBuiltIn(served: string): boolean {
  const parts = served.split('/');
  const group = parts.length === 1 || /^v\d/.test(parts[0] ?? '') ? '' : (parts[0] ?? '');
  return BUILT_IN_GROUPS.has(group);
}
