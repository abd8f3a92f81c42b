import { SlipwayError } from '@slipway/api';
import { checkSchema, type JsonSchema } from '@slipway/api/json-schema';
import type { Template, TemplateRun, TemplateStep } from '@slipway/kinds';
import { stepId, templateProblems } from './check-template.ts';
import { TemplateError } from './field-error.ts';
import { checkValues, matches } from './values.ts';

export type RunStatus = NonNullable<TemplateRun['status']>;
export type StepStatus = NonNullable<RunStatus['steps']>[number];

/** What a run will do, decided before anything happens. */
export interface RunPlan {
  values: Record<string, unknown>;
  steps: TemplateStep[];
  status: StepStatus[];
}

/**
 * Checks every step's action, inputs and expressions, then the values.
 * @throws TemplateError InvalidTemplate, UnknownAction, UnknownFilter, InvalidInput, InvalidValues
 */
export function planRun(template: Pick<Template, 'spec'>, given: Record<string, unknown>): RunPlan {
  const problems = templateProblems(template.spec);
  if (problems.length > 0) throw new TemplateError(problems);
  const { steps } = template.spec;
  const values = checkValues(template.spec.parameters, given);
  const status = steps.map((step, index): StepStatus => {
    const id = stepId(step, index);
    return { id, name: step.name ?? id, action: step.action, phase: 'Pending' };
  });
  return { values, steps, status };
}

/** Checks one step's rendered input. @throws SlipwayError InvalidInput that names the field */
export function checkInput(action: string, schema: JsonSchema, input: Record<string, unknown>): void {
  const problems = checkSchema(input, schema, { root: schema, matches }).map(({ path, keyword, message }) => {
    const field = ['input', ...path].join('.');
    return `${field}: ${keyword === 'required' ? 'it is required' : message}`;
  });
  if (problems.length > 0) throw new SlipwayError('InvalidInput', `${action}: ${problems.join('; ')}`);
}
