import { type Clock, hasReason, type Key, type Log, messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Lease } from '@slipway/kinds';

export interface LeaseOptions {
  client: Client;
  clock: Clock;
  log: Log;
  lease: Key;
  /** Who we are; unique to this process. */
  identity: string;
  /** How long others wait after our last sign of life (upstream's figures: 15 s, 10 s, 2 s). */
  durationMs?: number;
  /** We stop leading when no renewal succeeded for this long. */
  renewDeadlineMs?: number;
  retryMs?: number;
  signal: AbortSignal;
}

/**
 * Leader election as client-go does it: waits until the lease is ours, runs `lead`, and keeps the lease renewed.
 * `lead` gets a signal that is aborted when leadership is lost. Resolves when `lead` ended; the lease is then free.
 */
export async function leadWith(
  options: LeaseOptions,
  lead: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { clock, signal, retryMs = 2_000, renewDeadlineMs = 10_000 } = options;
  const election = createElection(options);
  while (!signal.aborted && !(await election.tryHold())) {
    await clock.sleep(retryMs, signal).catch(() => {});
  }
  if (signal.aborted) return;
  const lost = new AbortController();
  const renewing = renew(election, { ...options, retryMs, renewDeadlineMs }, lost);
  try {
    await lead(AbortSignal.any([signal, lost.signal]));
  } finally {
    lost.abort(new Error('leading has ended'));
    await renewing;
    await election.release();
  }
}

async function renew(
  election: Election,
  { clock, retryMs, renewDeadlineMs }: LeaseOptions & { retryMs: number; renewDeadlineMs: number },
  lost: AbortController,
): Promise<void> {
  let renewedAt = clock.now();
  while (!lost.signal.aborted) {
    await clock.sleep(retryMs, lost.signal).catch(() => {});
    if (lost.signal.aborted) return;
    if (await election.tryHold()) renewedAt = clock.now();
    if (clock.now() - renewedAt > renewDeadlineMs)
      lost.abort(new Error('the lease could not be renewed in time'));
  }
}

interface Election {
  tryHold(): Promise<boolean>;
  release(): Promise<void>;
}

/** Others' clocks are not trusted: a lease counts as expired when we have not seen it change for its duration. */
function createElection({
  client,
  clock,
  log,
  lease,
  identity,
  durationMs = 15_000,
}: LeaseOptions): Election {
  let seen = { version: '', at: 0 };
  const micro = () => new Date(clock.now()).toISOString().replace('Z', '000Z');
  const hold = async (): Promise<boolean> => {
    const present = await client.find(Lease, lease);
    const now = micro();
    const leaseDurationSeconds = Math.ceil(durationMs / 1000);
    const mine = { holderIdentity: identity, leaseDurationSeconds, renewTime: now };
    if (!present) {
      const spec = { ...mine, acquireTime: now, leaseTransitions: 0 };
      await client.create(Lease, {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: lease,
        spec,
      });
      return true;
    }
    const { resourceVersion } = present.metadata;
    if (resourceVersion !== seen.version) seen = { version: resourceVersion, at: clock.now() };
    const holder = present.spec?.holderIdentity;
    const expired = clock.now() - seen.at > (present.spec?.leaseDurationSeconds ?? 0) * 1000;
    if (holder && holder !== identity && !expired) return false;
    const transitions = present.spec?.leaseTransitions ?? 0;
    const taken = holder === identity ? {} : { acquireTime: now, leaseTransitions: transitions + 1 };
    await client.update(Lease, { ...present, spec: { ...present.spec, ...mine, ...taken } });
    return true;
  };
  return {
    tryHold: () =>
      hold().catch(error => {
        if (!hasReason(error, 'Conflict', 'AlreadyExists')) log.warn('lease', { error: messageOf(error) });
        return false;
      }),
    release: async () => {
      const present = await client.find(Lease, lease).catch(() => undefined);
      if (present?.spec?.holderIdentity !== identity) return;
      const spec = { ...present.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: micro() };
      await client.update(Lease, { ...present, spec }).catch(() => {});
    },
  };
}
