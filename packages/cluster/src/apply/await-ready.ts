import { type AnyObject, type Clock, keyOf, keyText, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { hookReadiness, type Readiness, readinessOf } from '@slipway/sources';
import { causeOf } from './cause.ts';
import { inParallel } from './survey.ts';

export interface Waiting {
  client: Client;
  clock: Clock;
  timeoutMs: number;
  /** Told when what is waited for changes. */
  say?: (line: string) => void;
  signal?: AbortSignal;
}

const LOOK_MS = 500;
const AT_ONCE = 8;
/** Kinds that are as they should be once they are there. */
const AT_ONCE_READY = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'ConfigMap',
  'MutatingWebhookConfiguration',
  'NetworkPolicy',
  'Role',
  'RoleBinding',
  'Secret',
  'Service',
  'ServiceAccount',
  'ValidatingWebhookConfiguration',
]);

/** Kinds whose controllers always say `Ready`: until they have, nobody has looked. */
const SAYS_READY = new Set(['GeneratedSecret', 'GitAccess', 'OidcClient', 'Repository']);

/** One that is not ready, and why as far as the cluster tells. */
export interface Unready {
  object: AnyObject;
  why: string;
}

/**
 * Waits until all objects are as they should be.
 * @throws SlipwayError NotReady naming each that is not, with its cause: image, quota, schedule, permission
 */
export function awaitReady(objects: AnyObject[], waiting: Waiting): Promise<void> {
  return awaitAll(
    objects.filter(({ kind }) => !AT_ONCE_READY.has(kind)),
    waiting,
    judgeReady,
  );
}

function judgeReady(object: AnyObject): Readiness {
  // CRDs that nobody serves yet have `conditions: null`.
  const { conditions } = (object.status ?? {}) as { conditions?: { type: string }[] | null };
  const isSaid = conditions?.some(({ type }) => type === 'Ready');
  if (SAYS_READY.has(object.kind) && !isSaid)
    return { status: 'InProgress', message: 'its controller has not looked at it yet' };
  return readinessOf(object);
}

/** Waits until a chart's hooks have ended. @throws as `awaitReady` */
export function awaitHooks(objects: AnyObject[], waiting: Waiting): Promise<void> {
  return awaitAll(objects, waiting, hookReadiness);
}

async function awaitAll(
  objects: AnyObject[],
  waiting: Waiting,
  judge: (object: AnyObject) => Readiness,
): Promise<void> {
  const { client, clock, timeoutMs, say, signal } = waiting;
  const end = clock.now() + timeoutMs;
  let told = '';
  let open = objects;
  for (;;) {
    const unready = await look(client, open, judge);
    if (unready.length === 0) return;
    // What was ready once is not asked for again: a tool that comes up takes others with it for a moment.
    open = unready.map(({ object }) => object);
    const failed = unready.some(({ status }) => status === 'Failed');
    if (failed || clock.now() >= end) throw await notReady(client, unready, timeoutMs);
    const line = unready.map(({ object, message }) => `${nameOf(object)}: ${message}`).join('; ');
    if (line !== told) say?.(line);
    told = line;
    await clock.sleep(Math.max(1, Math.min(LOOK_MS, end - clock.now())), signal);
  }
}

interface Judged extends Readiness {
  object: AnyObject;
}

async function look(
  client: Client,
  objects: AnyObject[],
  judge: (object: AnyObject) => Readiness,
): Promise<Judged[]> {
  const unready: Judged[] = [];
  await inParallel(objects, AT_ONCE, async object => {
    const kind = await client.discover(object.apiVersion, object.kind);
    const live = kind && (await client.find(kind, keyOf(object)));
    const found = { apiVersion: object.apiVersion, kind: object.kind, ...live } as AnyObject;
    const judged = live ? judge(found) : { status: 'InProgress' as const, message: 'it is not there' };
    if (judged.status !== 'Current') unready.push({ object, ...judged });
  });
  return unready;
}

async function notReady(client: Client, unready: Judged[], timeoutMs: number): Promise<SlipwayError> {
  const lines = await Promise.all(
    unready.map(async ({ object, message }) => {
      const cause = await causeOf(client, object).catch(() => undefined);
      return `${nameOf(object)}: ${cause ?? message}`;
    }),
  );
  const waited = `not ready within ${Math.round(timeoutMs / 1000)} s`;
  return new SlipwayError('NotReady', `${waited}: ${lines.toSorted().join('; ')}`);
}

function nameOf(object: AnyObject): string {
  return `${object.kind} ${keyText(keyOf(object))}`;
}
