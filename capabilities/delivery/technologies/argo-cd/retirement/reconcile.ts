import { type AnyObject, keyOf, messageOf, type Stored, timestamp, type UserInfo } from '@slipway/api';
import { mutate } from '@slipway/client';
import type { Ports } from '@slipway/definition';
import { KEEP, RETIREMENT_FINALIZER, Retirement, SPEC_BY, Workload } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  watching,
} from '@slipway/runtime';
import { foldersIn } from './folders.ts';
import { type Doors, gather } from './gather.ts';
import { imagesIn } from './images.ts';
import { nextStep, type PlannedItem, planRetirement, unfinished } from './plan.ts';
import { letGo, type Remover, removeItem, stopRuns } from './remove.ts';
import { missingRights } from './rights.ts';
import { AGAIN_MS, fail, finish, isOver, listOf, write } from './write-status.ts';

/** After a failure of the Git server or the registry. */
const RETRY_MS = 2_000;

/** Everything one look at a Retirement needs. */
interface Look {
  retirement: Stored<Retirement>;
  workload: Stored<Workload>;
  context: Context;
  doors: Doors;
  ports: Ports;
}

/** Lists what a service made; removes it once its retirement is confirmed. What a crash interrupts goes on. */
export function retirementController(
  ports: Ports,
  doors: Doors = { folders: async () => foldersIn(ports), images: imagesIn(ports) },
): Controller {
  return controller<Retirement>({
    name: 'retirement',
    kind: Retirement,
    watches: [
      watching<Workload>({
        kind: Workload,
        keysOf: ({ metadata }, { cache }) =>
          cache(Retirement)
            .list({ namespace: metadata.namespace ?? '' })
            .filter(({ spec, status }) => spec.workload === metadata.name && !isOver(status))
            .map(each => keyOf(each)),
      }),
    ],
    reconcile: (retirement, context) => reconcile(retirement, context, doors, ports),
  });
}

async function reconcile(
  retirement: Stored<Retirement>,
  context: Context,
  doors: Doors,
  ports: Ports,
): Promise<Outcome> {
  const { status, spec, metadata } = retirement;
  if (isOver(status)) return release(retirement, context);
  const removing = status?.phase === 'Removing';
  if (metadata.deletionTimestamp && !removing) return done;
  const workload = await context.client.find(Workload, {
    namespace: metadata.namespace ?? '',
    name: spec.workload,
  });
  const isMeant = workload && (!status?.uid || status.uid === workload.metadata.uid);
  if (!isMeant && removing) return finish(retirement, context);
  if (!isMeant)
    return fail(retirement, context, `service ${spec.workload}: there is none in ${metadata.namespace}`);
  const refusal = refusalOf(retirement, workload, context);
  if (refusal) return fail(retirement, context, refusal);
  const look: Look = { retirement, workload, context, doors, ports };
  try {
    return await advance(look);
  } catch (error) {
    await write(look.retirement, context, { message: `${messageOf(error)}; it is tried again` });
    return doneFor(RETRY_MS);
  }
}

/** Why this retirement cannot be, whatever the service made. */
function refusalOf(
  { metadata, spec }: Stored<Retirement>,
  workload: Stored<Workload>,
  { cache }: Context,
): string | undefined {
  const { name } = workload.metadata;
  if (workload.metadata.annotations?.[KEEP] === 'true')
    return `service ${name}: it is annotated ${KEEP}: "true"; take that away first`;
  if (!spec.confirm) return undefined;
  const before = cache(Retirement)
    .list({ namespace: metadata.namespace ?? '' })
    .find(
      other =>
        other.spec.workload === name &&
        other.metadata.name !== metadata.name &&
        other.status?.phase === 'Removing',
    );
  return before ? `service ${name}: retirement ${before.metadata.name} removes it already` : undefined;
}

async function advance(look: Look): Promise<Outcome> {
  const { retirement, workload, context, doors } = look;
  const known = await gather(context.client, retirement, workload, doors);
  const planned = planRetirement(known);
  if (retirement.status?.phase === 'Removing') return remove(look, planned);
  const person = authorOf(retirement);
  const { limits = [] } = known;
  const about = { uid: workload.metadata.uid, ...(limits.length > 0 ? { limits } : {}) };
  const base = { ...about, ...listOf(retirement, planned) };
  if (!retirement.spec.confirm) {
    await write(retirement, context, { ...base, phase: 'Planned' });
    return done;
  }
  if (!person) return fail(retirement, context, `annotation ${SPEC_BY} is missing: nobody answers for this`);
  const missing = await missingRights(context, person, workload, planned);
  if (missing.length > 0)
    return fail(
      retirement,
      context,
      `${person.username} may not retire ${retirement.spec.workload}: ${missing.join('; ')}; nothing was removed`,
    );
  const now = timestamp(context.clock.now());
  const confirmed = { ...base, confirmedBy: person.username, startedAt: now };
  await write(retirement, context, { ...confirmed, phase: 'Confirmed' });
  await begin(look, person);
  await write(retirement, context, { phase: 'Removing' });
  return doneFor(0);
}

/** From here on nobody starts anything for the service: it is on its way out, and holds its name until the end. */
async function begin({ retirement, workload, context, ports }: Look, person: UserInfo): Promise<void> {
  await mutate(context.client, Retirement, keyOf(retirement), draft => hold(draft));
  await mutate(context.client, Workload, keyOf(workload), draft => hold(draft));
  if (workload.metadata.deletionTimestamp) return;
  await ports.as(person).delete(Workload, keyOf(workload), {
    propagationPolicy: 'Background',
    preconditions: { uid: workload.metadata.uid },
  });
}

function hold({ metadata }: { metadata: AnyObject['metadata'] }): void {
  const finalizers = metadata.finalizers ?? [];
  if (!finalizers.includes(RETIREMENT_FINALIZER)) metadata.finalizers = [...finalizers, RETIREMENT_FINALIZER];
}

async function remove(look: Look, planned: PlannedItem[]): Promise<Outcome> {
  const { retirement, workload, context, doors, ports } = look;
  const person = authorOf(retirement);
  if (!person) return fail(retirement, context, `annotation ${SPEC_BY} is missing: nobody answers for this`);
  const remover: Remover = {
    client: context.client,
    person: ports.as(person),
    who: person.username,
    retirement,
    doors,
  };
  await letGo(context.client, planned);
  const busy = unfinished(planned);
  const step = nextStep(planned);
  if (busy.length > 0) {
    await stopRuns(context.client, planned);
    const [first] = busy;
    await writeList(look, planned, `waits for ${first?.kind} ${first?.name}, which still runs`);
    return doneFor(AGAIN_MS);
  }
  for (const item of step) await removeItem(remover, item);
  await writeList(look, planned, step[0] ? `removes ${step[0].part}` : `removes the service`);
  if (step.length > 0) return doneFor(AGAIN_MS);
  await mutate(context.client, Workload, keyOf(workload), drop);
  return doneFor(AGAIN_MS);
}

function drop({ metadata }: { metadata: AnyObject['metadata'] }): void {
  metadata.finalizers = (metadata.finalizers ?? []).filter(each => each !== RETIREMENT_FINALIZER);
}

async function writeList(
  { retirement, context }: Look,
  planned: PlannedItem[],
  message: string,
): Promise<void> {
  await write(retirement, context, { ...listOf(retirement, planned), message });
}

/** A retirement that is over may be deleted. */
async function release(retirement: Stored<Retirement>, { client }: Context): Promise<Outcome> {
  if (retirement.metadata.finalizers?.includes(RETIREMENT_FINALIZER))
    await mutate(client, Retirement, keyOf(retirement), drop);
  return done;
}

function authorOf({ metadata }: Retirement): UserInfo | undefined {
  const text = metadata.annotations?.[SPEC_BY];
  const user = text ? (JSON.parse(text) as Partial<UserInfo>) : undefined;
  return user?.username ? { ...user, username: user.username, groups: user.groups ?? [] } : undefined;
}
