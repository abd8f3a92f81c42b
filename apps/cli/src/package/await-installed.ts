import { type Clock, messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import { awaitReady } from '@slipway/cluster';
import type { PackageInstall } from '@slipway/definition';
import type { ApplicationReport } from './await-applications.ts';

/** Waits until what packages brought is as it should be, or the time is over; each says why it is not. */
export async function awaitInstalled(
  client: Client,
  installs: PackageInstall[],
  { timeoutMs, clock }: { timeoutMs: number; clock: Clock },
): Promise<ApplicationReport[]> {
  return Promise.all(
    installs.map(async ({ name, spec: { namespace }, objects }): Promise<ApplicationReport> => {
      const placed = objects.map(object => ({ ...object, metadata: { namespace, ...object.metadata } }));
      const cause = await awaitReady(placed, { client, clock, timeoutMs }).then(() => '', messageOf);
      const ready = cause === '';
      return { namespace, name, sync: 'Synced', health: ready ? 'Healthy' : 'Progressing', cause, ready };
    }),
  );
}
