import { type Clock, type Log, messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Lease } from '@slipway/kinds';

/** On Leases by which processes tell that they take part. */
const MEMBER_LABEL = 'slipway.dev/member';
const RENEW_MS = 3_000;
/**
 * Who was not heard of for so long is gone. Shorter than a unit's lease: whoever takes over from the dead counts them no
 * longer, and gives nothing back.
 */
const GONE_MS = 10_000;

export interface Members {
  /** How many processes take part, ourselves included. */
  readonly count: number;
  /** After the first look. */
  readonly ready: Promise<void>;
  /** Tells the others that we are gone. */
  leave(): Promise<void>;
}

export interface MembersOptions {
  client: Client;
  clock: Clock;
  log: Log;
  namespace: string;
  identity: string;
  signal: AbortSignal;
}

/** Follows who takes part. Clocks are trusted: a wrong count makes work uneven, never double. */
export function followMembers(options: MembersOptions): Members {
  const { client, clock, log, namespace, identity, signal } = options;
  const key = { namespace, name: `slipway-member-${identity}` };
  let count = 1;
  const look = async () => {
    await client.apply(
      Lease,
      {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { ...key, labels: { [MEMBER_LABEL]: 'true' } },
        spec: { holderIdentity: identity, renewTime: micro(clock) },
      },
      { fieldManager: identity, force: true },
    );
    const { items } = await client.list(Lease, { namespace, labelSelector: `${MEMBER_LABEL}=true` });
    const alive = items.filter(({ spec }) => clock.now() - Date.parse(spec?.renewTime ?? '') < GONE_MS);
    count = Math.max(1, alive.length);
  };
  const trying = () => look().catch(error => log.warn('members not read', { error: messageOf(error) }));
  const ready = trying();
  const following = ready.then(async () => {
    while (!signal.aborted) {
      await clock.sleep(RENEW_MS, signal).catch(() => {});
      if (!signal.aborted) await trying();
    }
  });
  return {
    get count() {
      return count;
    },
    ready,
    leave: async () => {
      await following;
      await client.delete(Lease, key).catch(() => {});
    },
  };
}

/** Kubernetes' MicroTime. */
function micro(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace('Z', '000Z');
}
