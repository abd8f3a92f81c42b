import { mkdir, rm } from 'node:fs/promises';
import type { UserInfo } from '@slipway/api';
import type { Template } from '@slipway/kinds';
import type { RunFacts } from '../actions/action.ts';
import type { Ground } from './ground.ts';
import type { Journal } from './journal.ts';
import type { RunPlan, RunStatus } from './plan.ts';
import { isTruthy, renderValue } from './render.ts';
import { runStep } from './step.ts';
import { checkSecrets } from './values.ts';

export interface StepsWork {
  ground: Ground;
  run: RunFacts;
  template: Pick<Template, 'spec'>;
  plan: RunPlan;
  journal: Journal;
  user: UserInfo;
  /** The user's entity in the catalog, or one made of the name. */
  entity: unknown;
  secrets: Record<string, string>;
  workspace: string;
  signal: AbortSignal;
}

/** Runs every step in order, with what went before in its expressions; the journal then holds the output. */
export async function runSteps(work: StepsWork): Promise<void> {
  const { run, plan, template, journal, user, workspace, signal, secrets, ground } = work;
  checkSecrets((template.spec.secrets as { schema?: unknown } | undefined)?.schema, secrets);
  // After a restart the workspace is made again from the start: what it held may be half written.
  await rm(workspace, { recursive: true, force: true });
  await mkdir(workspace, { recursive: true, mode: 0o700 });
  const values: Record<string, unknown> = {
    parameters: plan.values,
    secrets,
    steps: {},
    user: { ref: `user:default/${user.username}`, entity: work.entity },
    context: { task: { id: run.metadata.uid } },
  };
  const hidden = Object.values(secrets);
  for (const [index, step] of plan.steps.entries()) {
    signal.throwIfAborted();
    const common = { ground, run, step, index, values, workspace, user, journal, signal };
    const output = await runStep({ ...common, secrets: hidden });
    values.steps = { ...(values.steps as object), [plan.status[index]?.id ?? '']: { output } };
  }
  // Not even its own author shows a secret at the end of a run.
  const output = renderValue(template.spec.output ?? {}, { ...values, secrets: {} }, 'spec.output');
  await journal.change(draft => {
    draft.output = withoutSkipped(output as NonNullable<RunStatus['output']>);
  });
}

/** Links and texts whose `if` does not hold are left out. */
function withoutSkipped(output: NonNullable<RunStatus['output']>): NonNullable<RunStatus['output']> {
  const kept = <T>(items: T[] | undefined): T[] | undefined =>
    items?.filter(item => !Object.hasOwn(item as object, 'if') || isTruthy((item as { if?: unknown }).if));
  const [links, text] = [kept(output.links), kept(output.text)];
  return { ...output, ...(links ? { links } : {}), ...(text ? { text } : {}) };
}
