import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Key, messageOf, SlipwayError, StatusError, type Stored, timestamp } from '@slipway/api';
import { Template, TemplateRun } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import type { CatalogState } from '../state.ts';
import { type Journal, openJournal } from './journal.ts';
import { planRun, type RunPlan, type RunStatus } from './plan.ts';
import { renderValue } from './render.ts';
import { creatorOf } from './rights.ts';
import { runStep } from './step.ts';
import { undo } from './undo.ts';

/** Change its value to run a failed run again. */
export const RETRY = 'slipway.dev/retry';
/** Set it to ask a run to stop before its next step. */
export const CANCEL = 'slipway.dev/cancel';

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

async function reconcileRun(
  state: CatalogState,
  run: Stored<TemplateRun>,
  context: Context,
): Promise<Outcome> {
  const { metadata, status } = run;
  if (metadata.deletionTimestamp) return done;
  const retried = metadata.annotations?.[RETRY];
  const again = status?.phase === 'Failed' && retried !== undefined && retried !== retriedOf(status);
  if ((status?.phase === 'Succeeded' || status?.phase === 'Failed') && !again) return done;
  const journal = await openJournal(context.client, run, draft =>
    begin(draft, state.ports.clock.now(), again, retried),
  );
  try {
    const prepared = prepare(run, context);
    await journal.change(draft => {
      draft.steps = prepared.plan.status.map(step => draft.steps?.find(({ id }) => id === step.id) ?? step);
    });
    await runSteps({ state, run, context, journal, ...prepared });
    await journal.change(draft => {
      draft.phase = 'Succeeded';
      draft.finishedAt = timestamp(state.ports.clock.now());
    });
    context.event(run, 'Normal', 'Succeeded', 'every step is done');
  } catch (error) {
    if (context.signal.aborted) return done;
    await fail(state, run, context, journal, error);
  } finally {
    if (!context.signal.aborted)
      await rm(workspaceOf(state, { namespace: metadata.namespace ?? '', name: metadata.name }), {
        recursive: true,
        force: true,
      });
  }
  return done;
}

type Remembered = RunStatus & { retried?: string };
const retriedOf = (status: RunStatus): string | undefined => (status as Remembered).retried;

function begin(draft: RunStatus, now: number, again: boolean, retried: string | undefined): void {
  if (again) {
    draft.steps = [];
    delete draft.finishedAt;
    delete draft.message;
    draft.startedAt = timestamp(now);
  }
  if (retried !== undefined) (draft as Remembered).retried = retried;
  draft.phase = 'Running';
  draft.startedAt ??= timestamp(now);
}

interface Prepared {
  template: Stored<Template>;
  plan: RunPlan;
}

/** Everything that can be refused before anything is made. */
function prepare(run: Stored<TemplateRun>, context: Context): Prepared {
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
  creatorOf(run.metadata.annotations);
  return { template, plan: planRun(template, run.spec.values ?? {}) };
}

interface Running extends Prepared {
  state: CatalogState;
  run: Stored<TemplateRun>;
  context: Context;
  journal: Journal;
}

async function runSteps(running: Running): Promise<void> {
  const { state, run, context, journal, plan, template } = running;
  const user = creatorOf(run.metadata.annotations);
  const workspace = workspaceOf(state, { namespace: run.metadata.namespace ?? '', name: run.metadata.name });
  // After a restart the workspace is made again from the start: what it held may be half written.
  await rm(workspace, { recursive: true, force: true });
  await mkdir(workspace, { recursive: true, mode: 0o700 });
  const values: Record<string, unknown> = {
    parameters: plan.values,
    steps: {} as Record<string, { output: Record<string, unknown> }>,
    user: { ref: `user:default/${user.username}`, entity: { metadata: { name: user.username } } },
    context: { task: { id: run.metadata.uid } },
  };
  for (const [index, step] of plan.steps.entries()) {
    context.signal.throwIfAborted();
    await requireNotCancelled(context, run);
    const output = await runStep({
      state,
      run,
      template,
      step,
      index,
      values,
      workspace,
      user,
      journal,
      signal: context.signal,
    });
    const id = plan.status[index]?.id ?? '';
    values.steps = { ...(values.steps as object), [id]: { output } };
  }
  const output = renderValue(template.spec.output ?? {}, values, 'spec.output') as RunStatus['output'] &
    object;
  await journal.change(draft => {
    draft.output = withoutSkipped(output);
  });
}

async function requireNotCancelled({ cache }: Context, run: Stored<TemplateRun>): Promise<void> {
  const present = cache(TemplateRun).get({
    namespace: run.metadata.namespace ?? '',
    name: run.metadata.name,
  });
  if (present?.metadata.annotations?.[CANCEL] !== undefined)
    throw new SlipwayError('Cancelled', 'the run was cancelled');
}

/** Links and texts whose `if` does not hold are left out. */
function withoutSkipped(output: NonNullable<RunStatus['output']>): NonNullable<RunStatus['output']> {
  const kept = <T>(items: T[] | undefined): T[] | undefined =>
    items?.filter(
      item => (item as { if?: unknown }).if !== false && (item as { if?: unknown }).if !== 'false',
    );
  const [links, text] = [kept(output.links), kept(output.text)];
  return { ...(links ? { links } : {}), ...(text ? { text } : {}) };
}

/** What the run made goes again, newest first: a failed run leaves nothing behind. */
async function fail(
  state: CatalogState,
  run: Stored<TemplateRun>,
  context: Context,
  journal: Journal,
  error: unknown,
): Promise<void> {
  const message = messageOf(error);
  const left = await undo(state, run, journal);
  const rest = left.length === 0 ? '' : `; not removed: ${left.join(', ')}`;
  await journal.change(draft => {
    draft.phase = 'Failed';
    draft.message = `${message}${rest}`;
    draft.finishedAt = timestamp(state.ports.clock.now());
  });
  context.event(run, 'Warning', 'Failed', `${message}${rest}`);
}
