import type { KubeObject } from '@slipway/api';
import type { Pod, PodSpec, PodTemplateSpec } from '@slipway/kinds';
import { readObject } from '../authn/read-object.ts';
import type { AdmissionCall } from '../http/seams.ts';
import type { StoreReader } from '../store/store.ts';
import { type AdmissionPlugin, forbidden, isResource } from './plugin.ts';
import { violations } from './pod-security-checks.ts';

const LABEL = 'pod-security.kubernetes.io';
const TEMPLATED = new Set([
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'replicationcontrollers',
]);

/** Pod Security Standards by the labels of a namespace: `enforce` refuses pods, `warn` says it of pods and workloads. */
export function podSecurity(store: StoreReader): AdmissionPlugin {
  return {
    name: 'PodSecurity',
    validate: call => {
      const spec = specOf(call);
      if (!spec || !call.namespace) return;
      const namespace = readObject<KubeObject>(store, '/namespaces', undefined, call.namespace);
      const labels = namespace?.metadata.labels ?? {};
      const isPod = call.info.kind.plural === 'pods';
      const enforced = isPod ? violations(labels[`${LABEL}/enforce`], spec) : [];
      if (enforced.length > 0) throw forbidden(call, text('violates', labels, 'enforce', enforced));
      const warned = violations(labels[`${LABEL}/warn`], spec);
      if (warned.length > 0) call.warn(text('would violate', labels, 'warn', warned));
    },
  };
}

function text(verb: string, labels: Record<string, string>, mode: string, found: string[]): string {
  const version = labels[`${LABEL}/${mode}-version`] ?? 'latest';
  return `${verb} PodSecurity "${labels[`${LABEL}/${mode}`]}:${version}": ${found.join(', ')}`;
}

function specOf(call: AdmissionCall): PodSpec | undefined {
  if (call.operation === 'DELETE' || call.subresource !== undefined || !call.object) return undefined;
  if (isResource(call, '', 'pods')) {
    return call.operation === 'CREATE' ? (call.object as Pod).spec : undefined;
  }
  if (!TEMPLATED.has(call.info.kind.plural)) return undefined;
  return (call.object as KubeObject & { spec?: { template?: PodTemplateSpec } }).spec?.template?.spec;
}
