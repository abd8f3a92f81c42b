import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import type { Health, HealthRule, RuleCondition } from './types.ts';
import { progressing } from './waiting.ts';

function deploymentConfig(object: AnyObject): Health {
  const waiting = progressing('replication controller is waiting for pods to run');
  const { replicas } = (object.status ?? {}) as { replicas?: number };
  const conditions = conditionsOf(object);
  if (!conditions || replicas === undefined) return waiting;
  const good = conditions.filter(
    ({ type, status, reason }) =>
      status === 'True' &&
      (type === 'Available' || (type === 'Progressing' && reason === 'NewReplicationControllerAvailable')),
  ).length;
  if (good === 2 || replicas === 0)
    return { status: 'Healthy', message: 'replication controller successfully rolled out' };
  return good === 1 ? waiting : { status: 'Degraded', message: 'Deployment config is degraded' };
}

/** Every router has to admit it. */
function route(object: AnyObject): Health {
  const waiting = progressing('Route is still getting admitted');
  const { ingress } = (object.status ?? {}) as { ingress?: { conditions?: RuleCondition[] }[] };
  if (!ingress) return waiting;
  const admitted = ingress
    .flatMap(({ conditions = [] }) => conditions)
    .filter(each => each.type === 'Admitted');
  const count = (status: string) => admitted.filter(each => each.status === status).length;
  if (count('True') === ingress.length) return { status: 'Healthy', message: 'Route is healthy' };
  return count('False') > 0 ? { status: 'Degraded', message: 'Route is degraded' } : waiting;
}

const BAD_SUBSCRIPTION = ['CatalogSourcesUnhealthy', 'InstallPlanFailed', 'ResolutionFailed'];

/** An operator's subscription. One that waits for a person's approval, and has something installed, is well. */
function subscription(object: AnyObject): Health {
  const conditions = conditionsOf(object);
  if (!conditions) return progressing('An install plan for a subscription is pending installation');
  const { state, installedCSV } = object.status as { state?: string; installedCSV?: string };
  const isApproval =
    object.spec?.installPlanApproval === 'Manual' &&
    installedCSV !== undefined &&
    conditions.some(each => isPending(each) && each.reason === 'RequiresApproval');
  const counted = conditions.flatMap((each, at) =>
    isApproval && each.type === 'InstallPlanPending' ? [] : [{ ...each, at: at + 1 }],
  );
  const lines = counted.map(({ at, type, status }) => `${at}: ${type} | ${status}\n`);
  const message = `${lines.join('')}${stateLine(state, isApproval)}\n`;
  if (counted.some(isBad) || state === 'UpgradeFailed') return { status: 'Degraded', message };
  const isWaiting =
    counted.some(isPending) ||
    state === undefined ||
    ['', 'UpgradeAvailable'].includes(state) ||
    (state === 'UpgradePending' && !isApproval);
  return { status: isWaiting ? 'Progressing' : 'Healthy', message };
}

function isPending({ type, status }: RuleCondition): boolean {
  return type === 'InstallPlanPending' && status === 'True';
}

function isBad(condition: RuleCondition): boolean {
  const { type, status, reason } = condition;
  if (type === 'InstallPlanMissing') return reason !== 'ReferencedInstallPlanNotFound';
  return BAD_SUBSCRIPTION.includes(type) && status === 'True';
}

function stateLine(state: string | undefined, isApproval: boolean): string {
  if (state === undefined) return '.status.state not yet known';
  const isForgiven = state === 'UpgradePending' && isApproval;
  return `.status.state is '${state}'${isForgiven ? ' (manual InstallPlan approval pending; treated as healthy)' : ''}`;
}

export const OPENSHIFT: Record<string, HealthRule> = {
  'apps.openshift.io/DeploymentConfig': deploymentConfig,
  'route.openshift.io/Route': route,
  'operators.coreos.com/Subscription': subscription,
};
