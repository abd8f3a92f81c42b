import { messageOf, SlipwayError } from '@slipway/api';
import type { Template, TemplateRun, TemplateStep } from '@slipway/kinds';
import { Ajv } from 'ajv';
import { findAction } from '../actions/all.ts';
import { checkValues } from './values.ts';

export type RunStatus = NonNullable<TemplateRun['status']>;
export type StepStatus = NonNullable<RunStatus['steps']>[number];

/** What a run will do, decided before anything happens. */
export interface RunPlan {
  values: Record<string, unknown>;
  steps: TemplateStep[];
  status: StepStatus[];
}

const MOST_STEPS = 100;

/**
 * Checks values and every step's action.
 * @throws SlipwayError InvalidValues, InvalidTemplate, UnknownAction
 */
export function planRun(template: Template, given: Record<string, unknown>): RunPlan {
  const steps = template.spec.steps ?? [];
  if (steps.length === 0)
    throw new SlipwayError('InvalidTemplate', 'spec.steps: at least one step is required');
  if (steps.length > MOST_STEPS)
    throw new SlipwayError(
      'InvalidTemplate',
      `spec.steps: ${steps.length} steps; at most ${MOST_STEPS} are allowed`,
    );
  const unknown = steps.filter(step => !findAction(step.action)).map(step => step.action);
  if (unknown.length > 0)
    throw new SlipwayError(
      'UnknownAction',
      `spec.steps: unknown action ${[...new Set(unknown)].map(id => JSON.stringify(id)).join(', ')}`,
    );
  const values = checkValues(template.spec.parameters, given);
  const status = steps.map((step, index): StepStatus => {
    const id = step.id ?? `step-${index + 1}`;
    return { id, name: step.name ?? id, action: step.action, phase: 'Pending' };
  });
  const ids = status.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice)
    throw new SlipwayError('InvalidTemplate', `spec.steps: id ${JSON.stringify(twice)} is used twice`);
  return { values, steps, status };
}

/** Checks one step's rendered input. @throws SlipwayError InvalidInput that names the field */
export function checkInput(
  action: string,
  schema: Record<string, unknown>,
  input: Record<string, unknown>,
): void {
  const ajv = new Ajv({ strict: false, allErrors: true });
  if (ajv.validate(schema, input)) return;
  const problems = (ajv.errors ?? []).map(
    ({ instancePath, message }) => `input${instancePath.replaceAll('/', '.')}: ${message}`,
  );
  throw new SlipwayError('InvalidInput', `${action}: ${problems.join('; ')}`);
}

/** The message of a failure as the run's status keeps it. */
export function failureText(step: StepStatus, error: unknown): string {
  return `${step.name}: ${messageOf(error)}`;
}
