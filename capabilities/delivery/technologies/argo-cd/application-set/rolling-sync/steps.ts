import type { AnyObject } from '@slipway/api';
import type { RolloutStep } from '../spec.ts';

/** Which Applications each step of a rollout has, and what is wrong with the steps. */
export interface Steps {
  /** Names, by step. */
  members: string[][];
  /** Step of an Application, from 0; absent: no step selects it. */
  stepOf: Map<string, number>;
  issues: StepIssues;
}

export interface StepIssues {
  operators: { step: number; operator: string }[];
  /** Steps that select one Application more than once, by its name. */
  duplicates: Map<string, number[]>;
  maxUpdates: { step: number; maxUpdate: string }[];
  empty: number[];
}

export function stepsOf(steps: RolloutStep[], applications: AnyObject[]): Steps {
  const members: string[][] = steps.map(() => []);
  const stepOf = new Map<string, number>();
  const issues: StepIssues = { operators: [], duplicates: new Map(), maxUpdates: [], empty: [] };
  for (const { metadata } of applications) {
    const { name = '', labels = {} } = metadata;
    for (const [index, step] of steps.entries()) {
      if (!selects(step, index, labels, issues)) continue;
      members[index]?.push(name);
      const first = stepOf.get(name);
      if (first === undefined) stepOf.set(name, index);
      if (first !== undefined)
        issues.duplicates.set(name, [...(issues.duplicates.get(name) ?? [first]), index]);
    }
  }
  issues.empty = members.flatMap((names, index) => (names.length === 0 ? [index] : []));
  return { members, stepOf, issues };
}

function selects(
  { matchExpressions = [] }: RolloutStep,
  step: number,
  labels: Record<string, string>,
  issues: StepIssues,
): boolean {
  return matchExpressions.every(({ key = '', operator = '', values = [] }) => {
    const value = labels[key];
    if (value === undefined) return operator !== 'In';
    if (operator === 'In') return values.includes(value);
    if (operator === 'NotIn') return !values.includes(value);
    if (!issues.operators.some(each => each.step === step && each.operator === operator))
      issues.operators.push({ step, operator });
    return false;
  });
}

/** What is wrong with a rollout's steps, the gravest first; undefined when nothing is. */
export function issueText({ operators, duplicates, maxUpdates, empty }: StepIssues): string | undefined {
  const numbers = (steps: number[]) => steps.map(step => step + 1).join(', ');
  if (operators.length > 0) {
    const [steps, verb] = operators.length === 1 ? ['Step', 'has'] : ['Steps', 'have'];
    return `${steps} ${numbers(operators.map(({ step }) => step))} ${verb} invalid matchExpression operators: ${operators.map(({ operator }) => operator).join(', ')}. Supported Operators are 'In' and 'NotIn'`;
  }
  if (duplicates.size > 0) return duplicateText(duplicates);
  if (maxUpdates.length > 0) {
    const values = maxUpdates.map(({ maxUpdate }) => maxUpdate).join(', ');
    const steps = numbers(maxUpdates.map(({ step }) => step));
    return maxUpdates.length === 1
      ? `Step ${steps} has an invalid maxUpdate value: ${values}`
      : `Steps ${steps} have invalid maxUpdate values: [${values}]`;
  }
  if (empty.length === 0) return undefined;
  return `Steps [${empty.map(step => step + 1).join(' ')}] have no applications matching their criteria`;
}

function duplicateText(duplicates: Map<string, number[]>): string {
  const names = [...duplicates.keys()].sort();
  const steps = names.map(name => (duplicates.get(name) ?? []).map(step => step + 1).join('-'));
  return names.length === 1
    ? `Application '${names[0]}' is selected by multiple steps: (${steps.join(', ')})`
    : `Applications '${names.join("', '")}' are selected by multiple steps: [(${steps.join('), (')})]`;
}
