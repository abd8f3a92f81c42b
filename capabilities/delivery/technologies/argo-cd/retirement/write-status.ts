import { type Key, type Stored, timestamp } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { Retirement, type RetirementItem } from '@slipway/kinds';
import { type Context, done, doneFor, type Outcome } from '@slipway/runtime';
import { mergeItems, type PlannedItem } from './plan.ts';

/** How often it is looked whether what was deleted is gone. */
export const AGAIN_MS = 150;
const MOST_ITEMS = 2_000;

type Status = NonNullable<Retirement['status']>;

export function isOver(status: Retirement['status']): boolean {
  return status?.phase === 'Retired' || status?.phase === 'Failed';
}

/** The list for the status, with what is gone since the first look. */
export function listOf(
  { status }: Retirement,
  planned: PlannedItem[],
): Pick<Status, 'items' | 'counts' | 'unlisted'> {
  const all = mergeItems(status?.phase === 'Removing' ? (status.items ?? []) : [], planned);
  const items = all.slice(0, MOST_ITEMS);
  const count = (holds: (item: (typeof all)[number]) => boolean) => all.filter(holds).length;
  const unlisted = all.length - items.length;
  return {
    items,
    counts: {
      remove: count(({ action }) => action === 'Remove'),
      keep: count(({ action }) => action === 'Keep'),
      gone: count(({ state }) => state === 'Gone'),
    },
    ...(unlisted > 0 ? { unlisted } : {}),
  };
}

/** The service is gone: so is everything, as soon as the garbage collector was there. */
export async function finish(retirement: Stored<Retirement>, context: Context): Promise<Outcome> {
  const before = retirement.status?.items ?? [];
  if (await isAnyThere(context, before)) return doneFor(AGAIN_MS);
  const items = before.map(item => (item.action === 'Remove' ? { ...item, state: 'Gone' as const } : item));
  const { remove = 0, keep = 0 } = retirement.status?.counts ?? {};
  const message = `service ${retirement.spec.workload} is retired: ${remove} things are gone, ${keep} stay`;
  const finishedAt = timestamp(context.clock.now());
  const status: Status = {
    phase: 'Retired',
    items,
    message,
    finishedAt,
    counts: { remove, keep, gone: remove },
  };
  await write(retirement, context, status);
  context.event(retirement, 'Normal', 'Retired', message);
  return done;
}

/** What goes with the service itself is the garbage collector's, a moment later. */
async function isAnyThere({ client }: Context, items: RetirementItem[]): Promise<boolean> {
  for (const { action, state, apiVersion, kind: name, uid, ...key } of items) {
    if (action !== 'Remove' || state === 'Gone' || !apiVersion) continue;
    const kind = await client.discover(apiVersion, name);
    const object = kind && (await client.find(kind, keyIn(key)));
    if (object && object.metadata.uid === uid) return true;
  }
  return false;
}

function keyIn({ namespace, name }: { namespace?: string; name: string }): Key {
  return namespace ? { namespace, name } : { name };
}

/** It never began, and says why. */
export async function fail(
  retirement: Stored<Retirement>,
  context: Context,
  message: string,
): Promise<Outcome> {
  await write(retirement, context, { phase: 'Failed', message, finishedAt: timestamp(context.clock.now()) });
  context.event(retirement, 'Warning', 'RetirementFailed', message);
  return done;
}

/** Writes these fields of the status; the others stay. */
export async function write(
  retirement: Stored<Retirement>,
  { client }: Context,
  status: Partial<Status>,
): Promise<void> {
  await updateStatus(client, Retirement, keyIn(retirement.metadata), draft => {
    const next = { ...draft.status, ...status, observedGeneration: retirement.metadata.generation ?? 0 };
    draft.status = next;
  });
}
