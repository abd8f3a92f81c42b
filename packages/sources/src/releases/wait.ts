import { type AnyObject, type Clock, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { hookReadiness, type Readiness, readinessOf } from './readiness.ts';
import type { Resource } from './resources.ts';

export interface WaitOptions {
  client: Client;
  clock: Clock;
  timeoutMs: number;
  signal?: AbortSignal;
}

const LOOK_MS = 200;

/** Waits until all are as they should be. @throws SlipwayError WaitFailed naming those that are not */
export function waitReady(resources: Resource[], options: WaitOptions, { jobs = false } = {}): Promise<void> {
  const watched = resources.filter(
    ({ object }) => !(object.kind === 'Deployment' && object.spec?.paused === true),
  );
  return waitFor(watched, options, object =>
    object ? readinessOf(object, { jobs }) : { status: 'InProgress', message: 'Resource not found' },
  );
}

/** Waits until Jobs and Pods of a hook have ended. @throws as `waitReady` */
export function waitHook(resources: Resource[], options: WaitOptions): Promise<void> {
  return waitFor(resources, options, object =>
    object ? hookReadiness(object) : { status: 'InProgress', message: 'Resource not found' },
  );
}

/** Waits until none is there. @throws as `waitReady` */
export async function waitGone(resources: Resource[], options: WaitOptions): Promise<void> {
  await waitFor(resources, options, object =>
    object ? { status: 'InProgress', message: 'still exists' } : { status: 'Current', message: '' },
  );
}

async function waitFor(
  resources: Resource[],
  { client, clock, timeoutMs, signal }: WaitOptions,
  judge: (object: AnyObject | undefined) => Readiness,
): Promise<void> {
  const end = clock.now() + timeoutMs;
  for (;;) {
    const found = await Promise.all(
      resources.map(async resource => ({
        resource,
        ...judge(await client.find(resource.kind, resource.key)),
      })),
    );
    const open = found.filter(({ status }) => status !== 'Current' && status !== 'Failed');
    const broken = found.filter(({ status }) => status === 'Failed');
    if (open.length === 0 && broken.length === 0) return;
    const late = clock.now() >= end;
    if (open.length === 0 || late) {
      const texts = [...broken, ...open].map(
        ({ resource: { kind, key }, status, message }) =>
          `resource ${kind.kind}/${key.namespace ?? ''}/${key.name} not ready. status: ${status}, message: ${message}`,
      );
      throw new SlipwayError(
        'WaitFailed',
        [...texts, ...(late ? ['context deadline exceeded'] : [])].join('\n'),
      );
    }
    await clock.sleep(Math.max(1, Math.min(LOOK_MS, end - clock.now())), signal);
  }
}
