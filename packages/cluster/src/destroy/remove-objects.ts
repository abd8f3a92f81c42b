import { type Clock, hasReason, messageOf, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Namespace } from '@slipway/kinds';
import { inParallel } from '../apply/survey.ts';
import { type GoingObject, goingKind, goingText } from './going.ts';

export interface Removing {
  client: Client;
  clock: Clock;
  /** For each part of what goes. */
  timeoutMs: number;
  /** What still waits when the time is up loses its finalizers: whoever they were for is not asked any more. */
  abandon?: boolean;
  say?: (line: string) => void;
  signal?: AbortSignal;
}

const AT_ONCE = 8;
const LOOK_MS = 300;
const ABANDONED_MS = 10_000;
const MOST_NAMED = 10;

/**
 * Deletes objects in their order, those of one kind at a time, and waits until they are gone.
 * @throws SlipwayError DestroyFailed, DestroyHangs naming what hangs and at which finalizers
 */
export async function removeObjects(objects: GoingObject[], removing: Removing): Promise<void> {
  for (const [, group] of Map.groupBy(objects, goingKind))
    await inParallel(group, AT_ONCE, object => deleteOne(object, removing.client));
  const left = await awaitGone(objects, removing, removing.timeoutMs);
  if (left.length === 0) return;
  if (!removing.abandon) throw await hangs(left, removing);
  for (const object of left) {
    removing.say?.(`${goingText(object)}: its finalizers are taken off`);
    await takeFinalizers(object, removing.client);
  }
  const still = await awaitGone(left, removing, ABANDONED_MS);
  if (still.length > 0) throw await hangs(still, removing);
}

async function deleteOne(object: GoingObject, client: Client): Promise<void> {
  const { kind, uid } = object;
  const options = { propagationPolicy: 'Background', preconditions: { uid } } as const;
  await client.delete(kind, keyOfGoing(object), options).catch(error => {
    // Of another uid: somebody made it anew, and it is not what was looked at.
    if (hasReason(error, 'NotFound', 'Conflict', 'MethodNotAllowed')) return;
    throw new SlipwayError(
      'DestroyFailed',
      `${goingText(object)}: it cannot be deleted: ${messageOf(error)}; mend that and begin again, nothing is done twice`,
      { cause: error },
    );
  });
}

function keyOfGoing({ namespace, name }: GoingObject) {
  return { ...(namespace ? { namespace } : {}), name };
}

/** Those that are still there when the time is up. */
async function awaitGone(
  objects: GoingObject[],
  { client, clock, say, signal }: Removing,
  timeoutMs: number,
): Promise<GoingObject[]> {
  const end = clock.now() + timeoutMs;
  let told = '';
  let left = objects;
  for (;;) {
    left = await stillThere(left, client);
    if (left.length === 0 || clock.now() >= end) return left;
    const line = `${left.length} to go: ${left.slice(0, 3).map(goingText).join(', ')}`;
    if (line !== told) say?.(line);
    told = line;
    await clock.sleep(LOOK_MS, signal);
  }
}

async function stillThere(objects: GoingObject[], client: Client): Promise<GoingObject[]> {
  const left: GoingObject[] = [];
  await inParallel([...Map.groupBy(objects, goingKind).values()], AT_ONCE, async group => {
    const [first] = group;
    if (!first) return;
    const uids = await uidsOf(first, client);
    left.push(...group.filter(({ uid }) => uids.has(uid)));
  });
  return left;
}

async function uidsOf({ kind }: GoingObject, client: Client): Promise<Set<string>> {
  try {
    const { items } = await client.list(kind, { metadataOnly: true });
    return new Set(items.map(({ metadata }) => metadata.uid));
  } catch (error) {
    if (hasReason(error, 'NotFound', 'MethodNotAllowed')) return new Set();
    throw error;
  }
}

async function takeFinalizers(object: GoingObject, client: Client): Promise<void> {
  const patch = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
  await client.patch(object.kind, keyOfGoing(object), patch).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

async function hangs(left: GoingObject[], { client, timeoutMs }: Removing): Promise<SlipwayError> {
  const lines = await Promise.all(left.slice(0, MOST_NAMED).map(object => why(object, client)));
  const more = left.length > MOST_NAMED ? `; and ${left.length - MOST_NAMED} more` : '';
  return new SlipwayError(
    'DestroyHangs',
    `not gone within ${Math.round(timeoutMs / 1000)} s: ${lines.sort().join('; ')}${more}; see that their controllers run and begin again, or let them go without: slipway destroy --abandon`,
  );
}

async function why(object: GoingObject, client: Client): Promise<string> {
  const live = await client.find(object.kind, keyOfGoing(object)).catch(() => undefined);
  const { finalizers = [] } = live?.metadata ?? {};
  if (object.kind.kind === Namespace.kind)
    return `${goingText(object)} waits for what is in it: ${leftIn(live)}`;
  const held = finalizers.length > 0 ? `waits for ${finalizers.join(', ')}` : 'is still there';
  return `${goingText(object)} ${held}`;
}

/** Kubernetes says in the conditions of a namespace what is left in it, and at which finalizers. */
function leftIn(live: unknown): string {
  const { status } = (live ?? {}) as {
    status?: { conditions?: { type: string; status: string; message: string }[] };
  };
  const told = (status?.conditions ?? []).filter(
    ({ type, status: state }) => state === 'True' && /Remaining|Failure/.test(type),
  );
  return told.map(({ message }) => message).join(', ') || 'nothing is told';
}
