import type { AnyObject } from '@slipway/api';
import { byConditions, byTrue, conditionsOf } from './by-conditions.ts';
import { byField, type FieldRow, fieldOf } from './by-field.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

/** The whole object is told once its controller has seen its newest generation. */
function pulumiStack(object: AnyObject): Health {
  if (fieldOf(object, 'status.observedGeneration') !== object.metadata.generation)
    return progressing('Waiting for the operator to observe the latest spec change');
  return byTrue(
    { Stalled: ['Degraded'], Reconciling: ['Progressing'], Ready: ['Healthy', '{message}'] },
    progressing('Waiting for the stack to be reconciled'),
  )(object);
}

/** The last of `Ready` and `Paused` has the word; a job that is not ready is not paused. */
function scaledJob(object: AnyObject): Health {
  const told = (conditionsOf(object) ?? []).filter(
    ({ type, status }) => type === 'Ready' || (type === 'Paused' && status === 'True'),
  );
  const message = told.at(-1)?.message ?? '';
  const ready = told.filter(each => each.type === 'Ready');
  if (ready.some(each => each.status !== 'True')) return { status: 'Degraded', message };
  if (ready.length === 0) return progressing('Waiting for ScaledJob');
  return { status: told.some(each => each.type === 'Paused') ? 'Suspended' : 'Healthy', message };
}

function nodeNetwork(object: AnyObject): Health {
  const words: Record<string, Health['status']> = {
    Available: 'Healthy',
    Degraded: 'Degraded',
    Progressing: 'Progressing',
    Ignored: 'Suspended',
  };
  const told = conditionsOf(object)?.find(({ type, status }) => status === 'True' && words[type]);
  const status = words[told?.type ?? ''];
  if (!told || !status) return progressing('Waiting for policy to be applied');
  return { status, message: `${told.reason ?? ''}${told.message ? `: ${told.message}` : ''}` };
}

/** A node on its way: what it has reached last is said. */
function nodeClaim(object: AnyObject): Health {
  const { observedGeneration = object.metadata.generation } = (object.status ?? {}) as {
    observedGeneration?: number;
  };
  if (observedGeneration !== object.metadata.generation)
    return progressing('Waiting for NodeClaim spec to be reconciled');
  const find = (type: string, ...statuses: string[]) =>
    conditionsOf(object)?.find(each => each.type === type && statuses.includes(each.status));
  const disrupting = find('Disrupting', 'True');
  if (disrupting) return { status: 'Suspended', message: disrupting.message ?? '' };
  const ready = find('Ready', 'True', 'False');
  if (ready)
    return { status: ready.status === 'True' ? 'Healthy' : 'Degraded', message: ready.message ?? '' };
  if (find('Initialized', 'True')) return progressing('Node initialized, waiting for Ready');
  if (find('Registered', 'True')) return progressing('Node registered, waiting for initialization');
  if (find('Launched', 'True')) return progressing('Node launched, waiting for registration');
  return progressing('Waiting for NodeClaim to be launched');
}

function serviceBinding(object: AnyObject): Health {
  const conditions = conditionsOf(object);
  if (!conditions) return progressing('Waiting for status');
  const { generation } = object.metadata;
  for (const { type, status, observedGeneration, message = '' } of conditions) {
    if (observedGeneration && generation && observedGeneration !== generation)
      return progressing('Waiting for spec update to be observed');
    const isBad = (type === 'Succeeded' && status === 'False') || (type === 'Failed' && status === 'True');
    if (isBad) return { status: 'Degraded', message };
  }
  return { status: 'Healthy', message: 'Ready to use' };
}

function dnsService(object: AnyObject): Health {
  const last = (type: string) => conditionsOf(object)?.findLast(each => each.type === type);
  const [adopted, advertised, discovered] = [last('Adopted'), last('Advertised'), last('Discoverable')];
  if (adopted?.status === 'False') return { status: 'Degraded', message: adopted.message ?? '' };
  if (['AdvertiseError', 'UnadvertiseError'].includes(advertised?.reason ?? ''))
    return { status: 'Degraded', message: advertised?.message ?? '' };
  const message = discovered?.message ?? '';
  if (discovered?.reason === 'DiscoveryError') return { status: 'Unknown', message };
  return { status: discovered?.status === 'True' ? 'Healthy' : 'Progressing', message };
}

const ROLE_ERRORS = ['Error', 'RolesMaxLimitReached', 'PolicyNotAllowed', 'RoleNameNotAvailable'];

interface RoleStatus {
  state?: string;
  roleName?: string;
  roleARN?: string;
  roleID?: string;
  retryCount?: number;
  errorDescription?: string;
}

function iamRole(object: AnyObject): Health {
  const none = '<none>';
  const {
    state = '',
    roleName = none,
    roleARN = none,
    roleID = none,
    ...rest
  } = (object.status ?? {}) as RoleStatus;
  const { retryCount = 0, errorDescription: why } = rest;
  if (state === 'Ready')
    return {
      status: 'Healthy',
      message: `Role '${roleName}' exists with ARN '${roleARN}' and ID '${roleID}'.`,
    };
  if (!ROLE_ERRORS.includes(state)) return progressing('Waiting for Iamrole to be reconciled');
  const retries = retryCount > 0 ? `(retry ${retryCount}) ` : '';
  const error = why === undefined ? '' : ` Reconciliation error was: ${why}`;
  return {
    status: 'Degraded',
    message: `Failed to reconcile the Iamrole ${retries}for role '${roleName}' with ARN '${roleARN}' and ID '${roleID}'.${error}`,
  };
}

function analysis(object: AnyObject): Health {
  const { pass, warning } = (object.status ?? {}) as { pass?: boolean; warning?: boolean };
  if (pass === true) return { status: 'Healthy', message: 'Analysis is healthy' };
  if (warning === true) return { status: 'Healthy', message: 'Analysis is healthy with warnings' };
  return pass === false
    ? { status: 'Degraded', message: 'Analysis is degraded' }
    : progressing('Analysis is progressing');
}

const SHOOT: Record<string, Health> = {
  healthy: { status: 'Healthy', message: 'Component state: Healthy' },
  progressing: progressing('Component state: Update in progress'),
  unhealthy: { status: 'Degraded', message: 'Component state: Unhealthy' },
  unknown: { status: 'Unknown', message: 'Component state: Unknown' },
};

function shoot({ metadata }: AnyObject): Health {
  const label = metadata.labels?.['shoot.gardener.cloud/status'] ?? '';
  return SHOOT[label] ?? progressing('Update in progress');
}

/** The first generation of external-secrets. */
function externalSecret(object: AnyObject): Health {
  const status = String(fieldOf(object, 'status.status') ?? '');
  if (status === 'SUCCESS') return { status: 'Healthy', message: 'Fetched ExternalSecret.' };
  if (status.startsWith('ERROR')) return { status: 'Degraded', message: status.replaceAll('ERROR, ', '') };
  return progressing('Waiting for ExternalSecret.');
}

/** Words, or the numbers of older versions. */
function istioRows(): FieldRow[] {
  const words: [string, Health['status'], string][] = [
    ['NONE', 'Unknown', 'Component is not present.'],
    ['UPDATING', 'Progressing', 'Component is being updated to a different version.'],
    [
      'RECONCILING',
      'Progressing',
      'Controller has started but not yet completed reconciliation loop for the component.',
    ],
    ['HEALTHY', 'Healthy', 'Component is healthy.'],
    ['ERROR', 'Degraded', 'Component is in an error state.'],
  ];
  return [...words, ...words.map(([, status, text], number): FieldRow => [number, status, text])];
}

function ansibleRows(): FieldRow[] {
  const words: Record<string, Health['status']> = {
    successful: 'Healthy',
    failed: 'Degraded',
    error: 'Degraded',
    canceled: 'Degraded',
    new: 'Progressing',
    pending: 'Progressing',
    waiting: 'Progressing',
    running: 'Progressing',
  };
  const text = '{status.ansibleJobResult.status} job - {status.ansibleJobResult.url}';
  return Object.entries(words).map(([word, status]) => [word, status, text]);
}

/** Single kinds of single operators. */
export const OPERATORS: Record<string, HealthRule> = {
  'pulumi.com/Stack': pulumiStack,
  'keda.sh/ScaledJob': scaledJob,
  'nmstate.io/NodeNetworkConfigurationPolicy': nodeNetwork,
  'karpenter.sh/NodeClaim': nodeClaim,
  'services.cloud.sap.com/ServiceBinding': serviceBinding,
  'proclaim.dogmatiq.io/DNSSDServiceInstance': dnsService,
  'iammanager.keikoproj.io/Iamrole': iamRole,
  'metrics.keptn.sh/Analysis': analysis,
  'core.gardener.cloud/Shoot': shoot,
  'kubernetes-client.io/ExternalSecret': externalSecret,
  'install.istio.io/IstioOperator': byField(
    'status.status',
    istioRows(),
    progressing('Waiting for Istio Control Plane'),
  ),
  'tower.ansible.com/AnsibleJob': byField(
    'status.ansibleJobResult.status',
    ansibleRows(),
    progressing('Waiting for AnsibleJob'),
  ),
  'kiali.io/Kiali': byConditions(
    [
      { type: 'Successful', status: 'True', health: 'Healthy' },
      { type: 'Failure', status: 'True', health: 'Degraded' },
      { type: 'Running', reason: 'Running', health: 'Progressing' },
    ],
    progressing('Waiting for Kiali'),
  ),
};

/** Every kind of AWS Controllers for Kubernetes. */
export const awsController = byConditions(
  [
    { type: 'ACK.Terminal', status: 'True', health: 'Degraded' },
    { type: 'Ready', status: 'False', health: 'Progressing' },
    { type: 'Ready', status: 'True', health: 'Healthy', message: '' },
  ],
  progressing('Waiting for resource to be ready'),
);

/** Every kind of VictoriaMetrics' operator. */
export function victoriaMetrics(object: AnyObject): Health {
  const { generation } = object.metadata;
  const status = (object.status ?? {}) as {
    observedGeneration?: number;
    updateStatus?: string;
    reason?: string;
  };
  const { observedGeneration = generation, updateStatus, reason } = status;
  if (!object.status || observedGeneration !== generation)
    return progressing('Waiting for the operator to reconcile');
  if (updateStatus === 'operational') return { status: 'Healthy', message: 'All components are operational' };
  if (updateStatus === 'expanding') return progressing(reason || 'Reconciliation in progress');
  if (updateStatus === 'paused')
    return { status: 'Suspended', message: reason || 'Reconciliation is paused' };
  if (updateStatus === 'failed') return { status: 'Degraded', message: reason || 'Reconciliation failed' };
  return progressing('Waiting for the operator to report status');
}
