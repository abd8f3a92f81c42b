import { SlipwayError } from '@slipway/api';
import type { Task } from '../model.ts';

const TASK_RESULTS = [
  'Succeeded',
  'Failed',
  'Errored',
  'Skipped',
  'Omitted',
  'Daemoned',
  'AnySucceeded',
  'AllFailed',
] as const;
export type TaskResult = (typeof TASK_RESULTS)[number];

/** `A && (B.Failed || !C.Skipped)`; a name alone means it succeeded, was skipped or is a daemon. */
export type Depends =
  | { op: 'and' | 'or'; left: Depends; right: Depends }
  | { op: 'not'; value: Depends }
  | { op: 'is'; task: string; results: TaskResult[] };

/**
 * The condition under which a task runs, from `depends` or from `dependencies` with its predecessors' continueOn
 * (enhanced-depends-logic.md). Undefined when it depends on nothing.
 * @throws SlipwayError InvalidDepends
 */
export function dependsOf(task: Task, tasks: Map<string, Task>): Depends | undefined {
  if (task.depends !== undefined && task.depends.trim() !== '') return parseDepends(task.depends);
  return (task.dependencies ?? []).reduce<Depends | undefined>((left, name) => {
    const { continueOn } = tasks.get(name) ?? {};
    const results: TaskResult[] = ['Succeeded', 'Skipped', 'Daemoned'];
    if (continueOn?.error) results.push('Errored');
    if (continueOn?.failed) results.push('Failed');
    const right: Depends = { op: 'is', task: name, results };
    return left ? { op: 'and', left, right } : right;
  }, undefined);
}

/** Names a condition mentions, each once. */
export function dependencyNames(depends: Depends | undefined): string[] {
  if (!depends) return [];
  if (depends.op === 'is') return [depends.task];
  if (depends.op === 'not') return dependencyNames(depends.value);
  return [...new Set([...dependencyNames(depends.left), ...dependencyNames(depends.right)])];
}

/** Whether it holds, given what became of each task. */
export function dependsHolds(depends: Depends, resultsOf: (task: string) => Set<TaskResult>): boolean {
  switch (depends.op) {
    case 'and':
      return dependsHolds(depends.left, resultsOf) && dependsHolds(depends.right, resultsOf);
    case 'or':
      return dependsHolds(depends.left, resultsOf) || dependsHolds(depends.right, resultsOf);
    case 'not':
      return !dependsHolds(depends.value, resultsOf);
    case 'is': {
      const actual = resultsOf(depends.task);
      return depends.results.some(result => actual.has(result));
    }
  }
}

function parseDepends(source: string): Depends {
  const tokens = source.match(/&&|\|\||[!()]|[\w-]+(?:\.[A-Za-z]+)?|\S/g) ?? [];
  let at = 0;
  const invalid = (problem: string) =>
    new SlipwayError('InvalidDepends', `invalid depends ${JSON.stringify(source)}: ${problem}`);
  const or = (): Depends => {
    let left = and();
    while (tokens[at] === '||') {
      at++;
      left = { op: 'or', left, right: and() };
    }
    return left;
  };
  const and = (): Depends => {
    let left = single();
    while (tokens[at] === '&&') {
      at++;
      left = { op: 'and', left, right: single() };
    }
    return left;
  };
  const single = (): Depends => {
    const token = tokens[at++] ?? '';
    if (token === '!') return { op: 'not', value: single() };
    if (token === '(') {
      const inside = or();
      if (tokens[at++] !== ')') throw invalid('a ")" is missing');
      return inside;
    }
    const name = /^([\w-]+)(?:\.(\w+))?$/.exec(token);
    if (!name?.[1]) throw invalid(`unexpected ${JSON.stringify(token)}`);
    return { op: 'is', task: name[1], results: resultsNamed(name[2], invalid) };
  };
  const parsed = or();
  if (at < tokens.length) throw invalid(`unexpected ${JSON.stringify(tokens[at])}`);
  return parsed;
}

function resultsNamed(name: string | undefined, invalid: (problem: string) => Error): TaskResult[] {
  if (name === undefined) return ['Succeeded', 'Skipped', 'Daemoned'];
  const known = TASK_RESULTS.find(result => result === name);
  if (!known) throw invalid(`task result '${name}' for task is invalid`);
  return [known];
}
