import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import type { Health, HealthRule, RuleCondition } from './types.ts';

const GOOD: Health = { status: 'Healthy', message: 'Resource is up-to-date.' };
const USED: Health = { status: 'Healthy', message: 'Resource is in use.' };
const WAITING: Health = { status: 'Progressing', message: 'Provisioning ...' };
/** Kinds that are configuration: nothing ever reports on them. */
const SILENT = [
  'Composition',
  'CompositionRevision',
  'DeploymentRuntimeConfig',
  'ClusterProviderConfig',
  'ProviderConfig',
  'ProviderConfigUsage',
  'ControllerConfig',
];
const BAD_WHEN_FALSE = ['LastAsyncOperation', 'Synced'];

/** Crossplane's own kinds and those of its providers. `goodTypes` are conditions that say it is there. */
export function crossplane(goodTypes: string[]): HealthRule {
  return object => {
    const { status } = object;
    if (status === undefined || (Object.keys(status).length === 0 && SILENT.includes(object.kind)))
      return GOOD;
    const conditions = conditionsOf(object);
    if (!conditions) return isUsed(object) ? USED : WAITING;
    const bad = conditions.find(each => BAD_WHEN_FALSE.includes(each.type) && each.status === 'False');
    if (bad) return { status: 'Degraded', message: bad.message ?? '' };
    const unhealthy = brokenPackage(conditions);
    if (unhealthy) return unhealthy;
    return conditions.some(each => goodTypes.includes(each.type) && each.status === 'True') ? GOOD : WAITING;
  };
}

/** A provider, configuration or function that is installed and does not work. */
function brokenPackage(conditions: RuleCondition[]): Health | undefined {
  const installed = conditions.find(each => each.type === 'Installed');
  const broken = conditions.find(each => each.type === 'Healthy' && each.status === 'False');
  if (!installed || !broken) return undefined;
  return { status: 'Degraded', message: `${installed.reason ?? ''} ${broken.reason ?? ''}` };
}

function isUsed({ kind, status }: AnyObject): boolean {
  return /^(Cluster)?ProviderConfig$/.test(kind) && status?.users !== undefined;
}

/** Some kinds of the older AWS provider: ready and in step, paused, or wrong. */
export function crossplaneAws(name: string): HealthRule {
  return object => {
    const conditions = conditionsOf(object);
    if (!conditions) return { status: 'Progressing', message: `Waiting for ${name} to be created` };
    const ready = conditions.findLast(each => each.type === 'Ready');
    const synced = conditions.findLast(each => each.type === 'Synced');
    const isReady = ready?.status === 'True';
    const isSynced = synced?.status === 'True';
    const isPaused = synced?.reason === 'ReconcilePaused';
    if (isReady && isSynced) return { status: 'Healthy', message: ready.reason ?? '' };
    if (!isSynced && isPaused) return { status: 'Suspended', message: 'ReconcilePaused' };
    if (isSynced && !isPaused)
      return { status: 'Progressing', message: `Waiting for ${name} to be available` };
    return { status: 'Degraded', message: synced?.reason === 'ReconcileError' ? (synced.message ?? '') : '' };
  };
}
