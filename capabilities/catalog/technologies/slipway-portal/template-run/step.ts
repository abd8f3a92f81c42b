import { messageOf, SlipwayError, timestamp, type UserInfo } from '@slipway/api';
import { isRecord } from '@slipway/api/json-schema';
import type { TemplateStep } from '@slipway/kinds';
import type { Action, LocalContext, RunFacts } from '../actions/action.ts';
import { findAction } from '../actions/all.ts';
import { problemsOf, TemplateError } from './field-error.ts';
import type { Ground } from './ground.ts';
import type { Journal } from './journal.ts';
import { checkInput, type StepStatus } from './plan.ts';
import { redacted } from './redact.ts';
import { isTruthy, renderValue } from './render.ts';

export interface StepWork {
  ground: Ground;
  run: RunFacts;
  step: TemplateStep;
  index: number;
  /** What expressions see. */
  values: Record<string, unknown>;
  /** Texts that must stand in no log, output or message. */
  secrets: string[];
  workspace: string;
  user: UserInfo;
  journal: Journal;
  signal: AbortSignal;
}

type Output = Record<string, unknown>;
const MOST_LOG_LINES = 500;
const MOST_ITEMS = 1000;
/** How long lines may wait before the journal has them: whoever watches sees them come. */
const LOG_MS = 300;

/** Runs one step unless it is done already, and gives what it put out. */
export async function runStep(work: StepWork): Promise<Output> {
  const { step, index, journal, ground } = work;
  const action = findAction(step.action);
  if (!action) throw new SlipwayError('UnknownAction', `unknown action ${JSON.stringify(step.action)}`);
  const before = journal.status.steps?.[index];
  const finished = before?.phase === 'Succeeded' || before?.phase === 'Skipped';
  // What only the workspace held is made again; everything else happened and stays.
  if (finished && !(action.local && before.phase === 'Succeeded')) return before.output ?? {};
  const now = () => timestamp(ground.now());
  const mark = (change: Partial<StepStatus>) =>
    journal.change(draft => Object.assign(draft.steps?.[index] ?? {}, change));
  if (step.if !== undefined && !isTruthy(renderValue(step.if, work.values, `spec.steps[${index}].if`))) {
    await mark({ phase: 'Skipped', startedAt: now(), finishedAt: now() });
    return {};
  }
  await journal.change(draft => {
    const entry = draft.steps?.[index];
    if (!entry) return;
    delete entry.message;
    delete entry.finishedAt;
    Object.assign(entry, {
      phase: 'Running',
      startedAt: before?.finishedAt ? now() : (before?.startedAt ?? now()),
    });
  });
  const log = stepLog(work, mark);
  try {
    const output = redacted(await runEach(work, action, log.add), work.secrets);
    const given = Object.keys(output).length > 0 ? { output } : {};
    await mark({ phase: 'Succeeded', finishedAt: now(), log: await log.end(), ...given });
    return output;
  } catch (error) {
    await log.end();
    if (work.signal.aborted) throw work.signal.reason ?? error;
    const message = redacted(messageOf(error), work.secrets);
    await mark({ phase: 'Failed', finishedAt: now(), log: log.lines, message });
    throw failure(error, work, message);
  }
}

function failure(error: unknown, { step, index, secrets }: StepWork, message: string): TemplateError {
  const named = JSON.stringify(step.id ?? step.name ?? step.action);
  const [first] = problemsOf(error);
  const problem = {
    ...(first ?? { code: 'StepFailed' }),
    field: first?.field ?? (first?.file ? undefined : `spec.steps[${index}]`),
    message: first ? redacted(first.message, secrets) : message,
  };
  const { field, ...placed } = problem;
  return new TemplateError(
    [{ ...placed, ...(field ? { field } : {}), message: `step ${named}: ${problem.message}` }],
    { cause: error },
  );
}

interface StepLog {
  lines: string[];
  add(line: string): void;
  end(): Promise<string[]>;
}

/** Lines of a step's log, written to the journal a few times a second while it runs. */
function stepLog(
  { secrets, signal }: StepWork,
  mark: (change: Partial<StepStatus>) => Promise<void>,
): StepLog {
  const lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let written = Promise.resolve();
  const write = () => {
    timer = undefined;
    if (!signal.aborted) written = written.then(() => mark({ log: [...lines] })).catch(() => {});
  };
  return {
    lines,
    add: line => {
      if (lines.length >= MOST_LOG_LINES) return;
      lines.push(redacted(line, secrets));
      timer ??= setTimeout(write, LOG_MS);
    },
    end: async () => {
      clearTimeout(timer);
      timer = undefined;
      await written;
      return lines;
    },
  };
}

/** `each` runs the step once for every item; outputs then are lists. */
async function runEach(work: StepWork, action: Action, log: (line: string) => void): Promise<Output> {
  const { step, index, values, signal } = work;
  if (step.each === undefined) return runAction(work, action, values, log);
  const items = renderValue(step.each, values, `spec.steps[${index}].each`);
  const field = `spec.steps[${index}].each`;
  const refuse = (message: string) => new TemplateError([{ code: 'InvalidTemplate', field, message }]);
  if (!Array.isArray(items) && !isRecord(items))
    throw refuse(`a list or map is expected, not ${JSON.stringify(items)}`);
  const entries = Object.entries(items);
  if (entries.length > MOST_ITEMS) throw refuse(`${entries.length} items; at most ${MOST_ITEMS} are allowed`);
  const outputs: Record<string, unknown[]> = {};
  for (const [key, value] of entries) {
    signal.throwIfAborted();
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
  const { step, index, run, ground, workspace, user, journal, signal } = work;
  const input = renderValue(step.input ?? {}, values, `spec.steps[${index}].input`) as Record<
    string,
    unknown
  >;
  // An expression without a value leaves its input out, as when it was never written.
  for (const [name, value] of Object.entries(input)) if (value === undefined) delete input[name];
  checkInput(action.id, action.input, input);
  const output: Output = {};
  const context: LocalContext = {
    input,
    workspace,
    user,
    run,
    fetchFolder: url => ground.fetchFolder(url, signal),
    fill: work => ground.fill(work),
    gitHosts: ground.gitHosts,
    log,
    output: (name, value) => {
      output[name] = value;
    },
    signal,
  };
  await ground.perform(action, context, journal);
  return output;
}
