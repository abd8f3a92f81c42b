// What tests of syncs have in common: manifests, an Application's status, and hands that do what people and kubelets do.
import type { AnyObject, Kind } from '@slipway/api';
import { Application, ConfigMap, Job } from '@slipway/kinds';
import { startTestPlatform, type TestPlatform } from '../platform.fixture.ts';
import type { ResourceResult } from './operation.ts';
import type { ApplicationStatus } from './status.ts';

export const namespace = 'web';
export const OPTIONS = 'argocd.argoproj.io/sync-options';
export const HOOK = 'argocd.argoproj.io/hook';
export const WAVE = 'argocd.argoproj.io/sync-wave';
/** Nothing happens by itself. */
export const manual = { syncPolicy: {} };

export function map(name: string, value: string, annotations: Record<string, string> = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, annotations },
    data: { value },
  });
}

export function job(name: string, annotations: Record<string, string>): string {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'example.test/a' }] } };
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations },
    spec: { template },
  });
}

export const statusOf = (application: AnyObject): ApplicationStatus =>
  (application.status ?? {}) as ApplicationStatus;
export const isSynced =
  (revision: string) =>
  ({ sync, operationState }: ApplicationStatus) =>
    sync?.status === 'Synced' && sync.revision === revision && operationState?.phase === 'Succeeded';
export const hasFailed = ({ operationState }: ApplicationStatus) => operationState?.phase === 'Failed';

type Holds = (status: ApplicationStatus) => boolean;

export interface Scene extends TestPlatform {
  patch(name: string, body: object): Promise<unknown>;
  /** Asks for a sync as the command line does. */
  operate(name: string, sync?: object): Promise<unknown>;
  find(kind: Kind, name: string): Promise<AnyObject | undefined>;
  /** Data of a ConfigMap. */
  value(name: string): Promise<unknown>;
  gone(kind: Kind, name: string): Promise<void>;
  status(name: string, holds: Holds): Promise<ApplicationStatus>;
  /** Ends a Job as its pods would. */
  finish(name: string, type: 'Complete' | 'Failed'): Promise<void>;
}

export const keyOf = (name: string) => ({ namespace: 'argocd', name });
export const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

export function resultOf({ operationState }: ApplicationStatus, name: string): ResourceResult | undefined {
  return operationState?.syncResult?.resources?.find(each => each.name === name);
}

export async function startScene(): Promise<Scene> {
  const platform = await startTestPlatform();
  const { client } = platform;
  const find = async (kind: Kind, name: string) =>
    (await client.find(kind, { namespace, name })) as AnyObject | undefined;
  const patch = (name: string, body: object) =>
    client.patch(Application, keyOf(name), { type: 'merge', body });
  return {
    ...platform,
    find,
    patch,
    operate: (name, sync = {}) => patch(name, { operation: { sync } }),
    value: async name => (await find(ConfigMap as Kind, name))?.data,
    gone: async (kind, name) => {
      while (await find(kind, name)) await pause(10);
    },
    status: async (name, holds) => statusOf(await platform.until(name, holds)),
    finish: async (name, type) => {
      while (!(await find(Job as Kind, name))) await pause(10);
      const body = { status: ended(type) };
      await client.patch(Job, { namespace, name }, { type: 'merge', body }, { subresource: 'status' });
    },
  };
}

function ended(type: 'Complete' | 'Failed'): object {
  const now = new Date(0).toISOString();
  const reason = type === 'Failed' ? { reason: 'BackoffLimitExceeded', message: 'it broke' } : {};
  const first = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const conditions = [first, type].map(each => ({
    type: each,
    status: 'True',
    lastTransitionTime: now,
    ...reason,
  }));
  const end = type === 'Complete' ? { completionTime: now, succeeded: 1 } : { failed: 1 };
  return { startTime: now, conditions, ...end };
}
