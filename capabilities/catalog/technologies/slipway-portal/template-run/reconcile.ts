import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Key, messageOf, SlipwayError, StatusError, type Stored, timestamp } from '@slipway/api';
import { Entity, Template, TemplateRun } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import { REFERENCE } from '../entity/names.ts';
import type { CatalogState } from '../state.ts';
import { CANCEL, cancelSignal } from './cancel.ts';
import { type Journal, openJournal } from './journal.ts';
import { planRun, type RunPlan, type RunStatus } from './plan.ts';
import { realGround } from './real-ground.ts';
import { creatorOf } from './rights.ts';
import { readSecrets, removeSecrets } from './secrets.ts';
import { runSteps } from './steps.ts';
import { requireMayUndo, undo } from './undo.ts';

/** Change its value to run a failed run again: from the step that failed when it kept what it made. */
export const RETRY = 'slipway.dev/retry';
/** Change its value to remove everything a run made that is over. */
export const UNDO = 'slipway.dev/undo';

/** Runs templates: each step once, each with the rights of whoever started the run. */
export function templateRunController(state: CatalogState): Controller {
  return controller<TemplateRun>({
    name: 'template-runs',
    kind: TemplateRun,
    concurrency: 8,
    watches: [watching<Template>({ kind: Template, keysOf: () => [] })],
    reconcile: (run, context) => reconcileRun(state, run, context),
    removed: async key => {
      await rm(workspaceOf(state, key), { recursive: true, force: true });
    },
  });
}

function workspaceOf(state: CatalogState, { namespace = '', name }: Key): string {
  return join(state.workspaces, namespace, name);
}

const OVER: (string | undefined)[] = ['Succeeded', 'Failed', 'Cancelled', 'Undone'];

async function reconcileRun(
  state: CatalogState,
  run: Stored<TemplateRun>,
  context: Context,
): Promise<Outcome> {
  const { metadata, status } = run;
  if (metadata.deletionTimestamp) return done;
  const asked = metadata.annotations ?? {};
  const seen = (status ?? {}) as Remembered;
  const over = OVER.includes(status?.phase);
  const undoing = over && asked[UNDO] !== undefined && asked[UNDO] !== seen.undone;
  if (undoing) return undoRun(state, run, context);
  const failed = status?.phase === 'Failed' || status?.phase === 'Cancelled' || status?.phase === 'Undone';
  const again = failed && asked[RETRY] !== undefined && asked[RETRY] !== seen.retried;
  if (over && !again) return done;
  const journal = await openJournal(context.client, run, draft =>
    begin(draft, { now: state.ports.clock.now(), again, retried: asked[RETRY] }),
  );
  const cancelled = cancelSignal(run, context, state.ports.clock);
  try {
    await perform(state, run, { context, journal, signal: cancelled.signal });
    context.event(run, 'Normal', 'Succeeded', 'every step is done');
  } catch (error) {
    if (context.signal.aborted) return done;
    await fail(state, run, { context, journal, error });
  } finally {
    cancelled.stop();
    if (!context.signal.aborted)
      await rm(workspaceOf(state, { namespace: metadata.namespace ?? '', name: metadata.name }), {
        recursive: true,
        force: true,
      });
  }
  return done;
}

/** Requests that were answered: the values of the annotations at that time. */
type Remembered = RunStatus & { retried?: string; undone?: string };

interface Beginning {
  now: number;
  again: boolean;
  retried: string | undefined;
}

/** A retry goes on at the step that failed; where nothing was kept, everything begins again. */
function begin(draft: RunStatus, { now, again, retried }: Beginning): void {
  if (again) {
    const kept = (draft.inventory ?? []).length > 0;
    draft.steps = kept ? (draft.steps ?? []).map(resumed) : [];
    delete draft.finishedAt;
    delete draft.message;
    delete draft.output;
    draft.startedAt = timestamp(now);
  }
  if (retried !== undefined) (draft as Remembered).retried = retried;
  draft.phase = 'Running';
  draft.startedAt ??= timestamp(now);
}

function resumed(step: NonNullable<RunStatus['steps']>[number]): NonNullable<RunStatus['steps']>[number] {
  return step.phase === 'Succeeded' || step.phase === 'Skipped' ? step : { ...step, phase: 'Pending' };
}

interface Work {
  context: Context;
  journal: Journal;
  signal: AbortSignal;
}

async function perform(
  state: CatalogState,
  run: Stored<TemplateRun>,
  { context, journal, signal }: Work,
): Promise<void> {
  const user = creatorOf(run.metadata.annotations);
  // Before anything can be refused: from here on they go with the run.
  const secrets = await readSecrets(state.actAs(user), run);
  const { template, plan } = prepare(run, context);
  await journal.change(draft => {
    draft.steps = plan.status.map(step => draft.steps?.find(({ id }) => id === step.id) ?? step);
  });
  const ground = realGround(state, { run, template, user });
  const { namespace = '', name } = run.metadata;
  const workspace = workspaceOf(state, { namespace, name });
  const entity = await entityOf(context, user.username);
  await runSteps({ ground, run, template, plan, journal, user, entity, secrets, workspace, signal });
  await journal.change(draft => {
    draft.phase = 'Succeeded';
    draft.finishedAt = timestamp(state.ports.clock.now());
  });
  await removeSecrets(state.actAs(user), run);
}

/** What the catalog says of a person; at least the name. */
async function entityOf({ client }: Context, username: string): Promise<unknown> {
  const reference = `user:default/${username}`.toLowerCase();
  const plain = { kind: 'User', metadata: { name: username, namespace: 'default' }, spec: {} };
  const found = await client
    .find(Entity, { namespace: 'default', name: `user.${username.toLowerCase()}` })
    .catch(() => undefined);
  return found?.metadata.annotations?.[REFERENCE] === reference ? found.spec.entity : plain;
}

/** Everything that can be refused before anything is made. */
function prepare(run: Stored<TemplateRun>, context: Context): { template: Stored<Template>; plan: RunPlan } {
  const [first = '', second] = run.spec.template.split('/');
  const key =
    second === undefined ? { namespace: 'default', name: first } : { namespace: first, name: second };
  const template = context.cache(Template).get(key);
  if (!template) {
    const known = context
      .cache(Template)
      .list()
      .map(({ metadata }) => metadata.name);
    throw new SlipwayError(
      'UnknownTemplate',
      `template ${JSON.stringify(run.spec.template)}: no such template; there are ${known.join(', ') || 'none'}`,
    );
  }
  // A team's own template is for that team; those of `default` are for all.
  if (key.namespace !== 'default' && key.namespace !== run.metadata.namespace) {
    throw new StatusError(
      'Forbidden',
      `template ${JSON.stringify(run.spec.template)} belongs to another namespace`,
    );
  }
  return { template, plan: planRun(template, run.spec.values ?? {}) };
}

interface Failure {
  context: Context;
  journal: Journal;
  error: unknown;
}

/** What the run made goes again, newest first, unless it is to be kept for a retry. */
async function fail(
  state: CatalogState,
  run: Stored<TemplateRun>,
  { context, journal, error }: Failure,
): Promise<void> {
  const cancelled = error instanceof SlipwayError && error.code === CANCEL;
  const keep = run.spec.onFailure === 'keep';
  const left = keep ? [] : await undo(state, run, journal);
  const kept = keep && (journal.status.inventory ?? []).length > 0;
  const rest = left.length === 0 ? '' : `; not removed: ${left.join(', ')}`;
  const message = `${messageOf(error)}${rest}${kept ? '; what it made is kept' : ''}`;
  await journal.change(draft => {
    draft.phase = cancelled ? 'Cancelled' : 'Failed';
    draft.message = message;
    draft.finishedAt = timestamp(state.ports.clock.now());
    for (const step of draft.steps ?? [])
      if (step.phase === 'Running')
        Object.assign(step, { phase: 'Failed', message: 'cancelled', finishedAt: draft.finishedAt });
  });
  context.event(run, cancelled ? 'Normal' : 'Warning', cancelled ? 'Cancelled' : 'Failed', message);
}

/** Removes everything a run made, once for each request. */
async function undoRun(state: CatalogState, run: Stored<TemplateRun>, context: Context): Promise<Outcome> {
  const asked = run.metadata.annotations?.[UNDO] ?? '';
  const journal = await openJournal(context.client, run, () => {});
  const left = await requireMayUndo(state, run).then(
    () => undo(state, run, journal),
    error => [messageOf(error)],
  );
  await journal.change(draft => {
    (draft as Remembered).undone = asked;
    if (left.length === 0) draft.phase = 'Undone';
    draft.message =
      left.length === 0 ? 'everything it had made was removed' : `not removed: ${left.join(', ')}`;
  });
  const [type, reason] =
    left.length === 0 ? (['Normal', 'Undone'] as const) : (['Warning', 'NotUndone'] as const);
  context.event(run, type, reason, left.join(', ') || 'everything it had made was removed');
  return done;
}
