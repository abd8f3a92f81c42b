import {
  type AnyObject,
  apiVersionOf,
  hasReason,
  type Key,
  type Kind,
  keyText,
  messageOf,
  SlipwayError,
  StatusError,
  type Stored,
  timestamp,
  type UserInfo,
} from '@slipway/api';
import type { Template, TemplateRun, TemplateStep } from '@slipway/kinds';
import type { Action, ActionContext, Made } from '../actions/action.ts';
import { findAction } from '../actions/all.ts';
import type { CatalogState } from '../state.ts';
import { isSame, type Journal } from './journal.ts';
import { checkInput, type StepStatus } from './plan.ts';
import { isTruthy, renderValue } from './render.ts';

export interface StepWork {
  state: CatalogState;
  run: Stored<TemplateRun>;
  template: Stored<Template>;
  step: TemplateStep;
  index: number;
  /** What expressions see. */
  values: Record<string, unknown>;
  workspace: string;
  user: UserInfo;
  journal: Journal;
  signal: AbortSignal;
}

type Output = Record<string, unknown>;
const MOST_LOG_LINES = 500;

/** Runs one step unless it is done already, and gives what it put out. */
export async function runStep(work: StepWork): Promise<Output> {
  const { step, index, journal, state } = work;
  const action = findAction(step.action);
  if (!action) throw new SlipwayError('UnknownAction', `unknown action ${JSON.stringify(step.action)}`);
  const before = journal.status.steps?.[index];
  const finished = before?.phase === 'Succeeded' || before?.phase === 'Skipped';
  // What only the workspace held is made again; everything else happened and stays.
  if (finished && !(action.local && before.phase === 'Succeeded')) return before.output ?? {};
  const now = () => timestamp(state.ports.clock.now());
  const mark = (change: Partial<StepStatus>) =>
    journal.change(draft => Object.assign(draft.steps?.[index] ?? {}, change));
  if (step.if !== undefined && !isTruthy(renderValue(step.if, work.values, `spec.steps[${index}].if`))) {
    await mark({ phase: 'Skipped', startedAt: now(), finishedAt: now() });
    return {};
  }
  await mark({ phase: 'Running', startedAt: before?.startedAt ?? now() });
  const lines: string[] = [];
  try {
    const output = await runEach(work, action, line => lines.length < MOST_LOG_LINES && lines.push(line));
    await mark({
      phase: 'Succeeded',
      finishedAt: now(),
      log: lines,
      ...(Object.keys(output).length > 0 ? { output } : {}),
    });
    return output;
  } catch (error) {
    if (work.signal.aborted) throw error;
    await mark({ phase: 'Failed', finishedAt: now(), log: lines, message: messageOf(error) });
    throw new SlipwayError(
      error instanceof SlipwayError ? error.code : 'StepFailed',
      `step ${JSON.stringify(step.id ?? step.name ?? step.action)}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** `each` runs the step once for every item; outputs then are lists. */
async function runEach(work: StepWork, action: Action, log: (line: string) => void): Promise<Output> {
  const { step, index, values } = work;
  if (step.each === undefined) return runAction(work, action, values, log);
  const items = renderValue(step.each, values, `spec.steps[${index}].each`);
  if (!items || typeof items !== 'object')
    throw new SlipwayError(
      'InvalidTemplate',
      `spec.steps[${index}].each: a list or map is expected, not ${JSON.stringify(items)}`,
    );
  const outputs: Record<string, unknown[]> = {};
  for (const [key, value] of Object.entries(items)) {
    const output = await runAction(work, action, { ...values, each: { key, value } }, log);
    for (const [name, one] of Object.entries(output)) outputs[name] = [...(outputs[name] ?? []), one];
  }
  return outputs;
}

async function runAction(
  work: StepWork,
  action: Action,
  values: Record<string, unknown>,
  log: (line: string) => void,
): Promise<Output> {
  const { step, index, state, run, template, workspace, user, journal, signal } = work;
  const input = renderValue(step.input ?? {}, values, `spec.steps[${index}].input`) as Record<
    string,
    unknown
  >;
  checkInput(action.id, action.input, input);
  const output: Output = {};
  const client = state.actAs(user);
  const claim: ActionContext['claim'] = (made, present) => claimFor(journal, made, present);
  await action.run({
    state,
    input,
    workspace,
    templateUrl: locationOf(template),
    user,
    client,
    run: run as unknown as Stored<AnyObject>,
    signal,
    log: line => {
      log(line);
    },
    output: (name, value) => {
      output[name] = value;
    },
    claim,
    create: async (kind, key, object) => {
      const made = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...key };
      const found = await claim(made, async () => (await client.find(kind, key)) !== undefined);
      const present = found === 'ours' ? await client.find(kind, key) : undefined;
      return present ?? createOnce(client, kind, key, object);
    },
  });
  return output;
}

async function createOnce(
  client: ActionContext['client'],
  kind: Kind<AnyObject>,
  key: Key,
  object: AnyObject,
): Promise<Stored<AnyObject>> {
  try {
    return await client.create(kind, object, { fieldManager: 'slipway-portal' });
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
    throw new StatusError(
      'AlreadyExists',
      `${kind.kind} ${keyText(key)} exists already; choose another name`,
    );
  }
}

/** Writes the claim before anything is made, so that what a crash leaves is known. */
async function claimFor(
  journal: Journal,
  made: Made,
  present: () => Promise<boolean>,
): Promise<'new' | 'ours'> {
  if (journal.status.inventory?.some(entry => isSame(entry, made))) return 'ours';
  if (await present())
    throw new StatusError(
      'AlreadyExists',
      `${made.kind} ${JSON.stringify(made.name)} exists already; choose another name`,
    );
  await journal.change(draft => {
    draft.inventory = [...(draft.inventory ?? []), made];
  });
  return 'new';
}

/** Where relative URLs of a template start. */
function locationOf({ metadata }: Stored<Template>): string {
  const location = metadata.annotations?.['backstage.io/managed-by-location'] ?? '';
  return location.replace(/^url:/, '');
}
