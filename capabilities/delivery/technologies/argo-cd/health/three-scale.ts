import type { AnyObject } from '@slipway/api';
import { byTrue, conditionsOf } from './by-conditions.ts';
import { fieldOf } from './by-field.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

/** What a condition that is True means, in the words of 3scale's operator: its status, then what is said of it. */
type Words = Record<string, [Health['status'], string]>;

const FAILED: Words[string] = ['Degraded', 'synchronization failed'];
const INVALID: Words[string] = ['Degraded', 'configuration is invalid'];
const ORPHAN: Words[string] = ['Degraded', 'references non-existing resources'];
const READY: Words[string] = ['Healthy', 'is ready'];

const KINDS: Record<string, Words> = {
  ActiveDoc: { Ready: READY, Invalid: INVALID, Orphan: ORPHAN, Failed: FAILED },
  ApplicationAuth: { Ready: READY, Failed: ['Degraded', 'failed'] },
  Backend: { Synced: ['Healthy', 'is synced'], Invalid: INVALID, Failed: FAILED },
  CustomPolicyDefinition: { Ready: READY, Invalid: INVALID, Failed: FAILED },
  DeveloperAccount: {
    Ready: READY,
    Invalid: INVALID,
    Failed: FAILED,
    Waiting: ['Suspended', 'is waiting for approval'],
  },
  OpenAPI: { Ready: READY, Invalid: INVALID, Failed: ['Degraded', 'reconciliation failed'] },
  ProxyConfigPromote: {
    Ready: READY,
    'In-progress': ['Progressing', 'is in progress'],
    Failed: ['Degraded', 'failed'],
  },
};

function told(kind: string, words: Words): HealthRule {
  const types = Object.entries(words).map(([type, [status, text]]) => [
    type,
    [status, `3scale ${kind} ${text}`],
  ]);
  return byTrue(Object.fromEntries(types), waiting(kind));
}

function waiting(kind: string): Health {
  return progressing(`Waiting for 3scale ${kind} status...`);
}

function application(object: AnyObject): Health {
  if (fieldOf(object, 'status.state') === 'suspended')
    return { status: 'Suspended', message: '3scale Application is suspended' };
  const ready = conditionsOf(object)?.find(each => each.type === 'Ready');
  if (ready?.status === 'True') return { status: 'Healthy', message: '3scale Application is ready' };
  const id = fieldOf(object, 'status.adminId');
  const isMade = typeof id === 'number' && id > 0;
  if (!ready || isMade) return waiting('Application');
  return { status: 'Degraded', message: ready.message ?? '3scale Application is not ready' };
}

const userByConditions = told('DeveloperUser', {
  Ready: READY,
  Invalid: INVALID,
  Orphan: ORPHAN,
  Failed: FAILED,
});

function developerUser(object: AnyObject): Health {
  if (fieldOf(object, 'status.developerUserState') !== 'suspended') return userByConditions(object);
  return { status: 'Suspended', message: '3scale Developer user is waiting for admin approval' };
}

/** Its deployments tell it first; a condition only where they are not all there. */
function apiManager(object: AnyObject): Health {
  const deployments = fieldOf(object, 'status.deployments') as Record<string, unknown> | undefined;
  const available = conditionsOf(object)?.find(each => each.type === 'Available');
  const isThere = deployments?.ready !== undefined && !deployments.starting && !deployments.stopped;
  if (isThere || available?.status === 'True')
    return { status: 'Healthy', message: '3scale APIManager is available' };
  if (available?.reason)
    return { status: 'Degraded', message: `3scale APIManager is degraded: ${available.reason}` };
  return waiting('APIManager');
}

export const THREE_SCALE: Record<string, HealthRule> = {
  ...Object.fromEntries(
    Object.entries(KINDS).map(([kind, words]) => [`capabilities.3scale.net/${kind}`, told(kind, words)]),
  ),
  'capabilities.3scale.net/Application': application,
  'capabilities.3scale.net/DeveloperUser': developerUser,
  'apps.3scale.net/APIManager': apiManager,
};
