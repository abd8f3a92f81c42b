import { type Clock, hasReason, type Log, messageOf } from '@slipway/api';
import { type Client, mutate, updateStatus } from '@slipway/client';
import { Lease, Namespace, Node } from '@slipway/kinds';
import { type NodeFacts, nodeObject } from './plan.ts';

const LEASES = 'kube-node-lease';
const LEASE_SECONDS = 40;
const RENEW_MS = 10_000;

export interface HeartbeatOptions {
  client: Client;
  clock: Clock;
  log: Log;
  facts: NodeFacts;
  signal: AbortSignal;
}

/** Registers the node, then renews its Lease until the signal is aborted. Resolves when it is registered. */
export async function startHeartbeat(options: HeartbeatOptions): Promise<void> {
  await register(options);
  await renew(options);
  void repeat(options);
}

async function repeat(options: HeartbeatOptions): Promise<void> {
  const { clock, log, signal } = options;
  while (!signal.aborted) {
    try {
      await clock.sleep(RENEW_MS, signal);
    } catch {
      return;
    }
    await renew(options).catch(error => log.warn('node lease', { error: messageOf(error) }));
  }
}

async function register({ client, clock, facts }: HeartbeatOptions): Promise<void> {
  const wanted = nodeObject(facts, clock.now());
  await client.create(Node, wanted).catch(ignoreExisting);
  await mutate(client, Node, { name: facts.name }, draft => {
    draft.metadata.labels = { ...draft.metadata.labels, ...wanted.metadata.labels };
  });
  await updateStatus(client, Node, { name: facts.name }, draft => {
    if (wanted.status) draft.status = { ...draft.status, ...wanted.status };
  });
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: LEASES } };
  await client.create(Namespace, namespace).catch(ignoreExisting);
}

async function renew({ client, clock, facts }: HeartbeatOptions): Promise<void> {
  const key = { namespace: LEASES, name: facts.name };
  const renewTime = `${new Date(clock.now()).toISOString().slice(0, -1)}000Z`;
  const spec = { holderIdentity: facts.name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
  const lease: Lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: key, spec };
  try {
    await mutate(client, Lease, key, draft => {
      draft.spec = spec;
    });
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
    await client.create(Lease, lease);
  }
}

function ignoreExisting(error: unknown): void {
  if (!hasReason(error, 'AlreadyExists')) throw error;
}
