import type { AnyObject } from '@slipway/api';
import { byField } from './by-field.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

interface Placed {
  health?: string;
  applied?: boolean;
}

/** Karmada: an object that is placed on several clusters. `strict`: an empty list of clusters has to be there. */
function placed({ strict }: { strict: boolean }): HealthRule {
  return object => {
    const { clusters } = (object.spec ?? {}) as { clusters?: unknown[] };
    const { aggregatedStatus = [] } = (object.status ?? {}) as { aggregatedStatus?: Placed[] };
    const isNamed = strict ? (clusters?.length ?? 0) > 0 : clusters?.length !== 0;
    const isWhole = clusters === undefined || clusters.length === aggregatedStatus.length;
    if (!isNamed || !isWhole || aggregatedStatus.length === 0)
      return progressing('Current resource status is insufficient');
    const isBad = aggregatedStatus.some(
      ({ health, applied }) => health === 'Unhealthy' || (health === 'Unknown' && applied !== true),
    );
    return isBad
      ? { status: 'Degraded', message: 'Current resource status is unhealthy' }
      : { status: 'Healthy' };
  };
}

interface PolicyStatus {
  compliant?: string;
  placement?: unknown[];
  status?: { clustername: string; compliant?: string }[];
  details?: { templateMeta: { name: string }; compliant?: string }[];
}

/** Open Cluster Management: a policy on many clusters, and what of it one cluster has. */
function policy(object: AnyObject): Health {
  if (object.spec?.disabled) return { status: 'Healthy', message: 'Policy is disabled' };
  const { compliant, placement = [], status, details } = (object.status ?? {}) as PolicyStatus;
  if (compliant === undefined && status === undefined && placement.length > 0)
    return { status: 'Healthy', message: 'No clusters match this policy' };
  if (compliant === undefined) return progressing('Waiting for the status to be reported');
  const health = compliant === 'Compliant' ? 'Healthy' : 'Degraded';
  const bad = (each: { compliant?: string }) => each.compliant !== 'Compliant';
  if (status)
    return {
      status: health,
      message: compliance(
        'clusters',
        status.filter(bad).map(each => each.clustername),
      ),
    };
  if (!details) return { status: health, message: '' };
  return {
    status: health,
    message: compliance(
      'templates',
      details.filter(bad).map(each => each.templateMeta.name),
    ),
  };
}

function compliance(what: string, bad: string[]): string {
  return bad.length === 0 ? `All ${what} are compliant` : `NonCompliant ${what}: ${bad.join(', ')}`;
}

/** Kinds that report on many clusters. */
export const FLEETS: Record<string, HealthRule> = {
  'work.karmada.io/ClusterResourceBinding': placed({ strict: true }),
  'work.karmada.io/ResourceBinding': placed({ strict: false }),
  'policy.open-cluster-management.io/Policy': policy,
  'policy.open-cluster-management.io/CertificatePolicy': byField(
    'status.compliant',
    [['Compliant', 'Healthy', 'All certificates found comply with the policy']],
    { status: 'Degraded', message: 'At least once certificate does not comply with the policy' },
    progressing('Waiting for the status to be reported'),
  ),
};
