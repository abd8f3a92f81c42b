import { messageOf } from '@slipway/api';
import { isRecord } from '@slipway/api/json-schema';
import type { TemplateStep } from '@slipway/kinds';
import { ACTIONS, findAction } from '../actions/all.ts';
import type { Problem } from './field-error.ts';
import { USUAL_FILTERS } from './filters.ts';
import { nearestOf } from './nearest.ts';
import { isFilter, isTemplate, syntaxProblem } from './render.ts';
import { matches } from './values.ts';

const MOST_STEPS = 100;
const STEP_FIELDS = ['id', 'name', 'action', 'input', 'if', 'each'];

/** Everything that is wrong with a template's steps, output and form, found without running anything. */
export function templateProblems(spec: {
  steps?: unknown;
  output?: unknown;
  parameters?: unknown;
}): Problem[] {
  const steps = Array.isArray(spec.steps) ? (spec.steps as unknown[]) : [];
  if (steps.length === 0) return [invalid('spec.steps', 'at least one step is required')];
  if (steps.length > MOST_STEPS)
    return [invalid('spec.steps', `${steps.length} steps; at most ${MOST_STEPS} are allowed`)];
  return [
    ...steps.flatMap((step, index) => stepProblems(step, `spec.steps[${index}]`)),
    ...idProblems(steps),
    ...expressionProblems(spec.output, 'spec.output'),
    ...patternProblems(spec.parameters, 'spec.parameters'),
  ];
}

function invalid(field: string, message: string, code = 'InvalidTemplate'): Problem {
  return { code, field, message };
}

function stepProblems(step: unknown, field: string): Problem[] {
  if (!isRecord(step)) return [invalid(field, 'a map with an action is expected')];
  const named = nameOf(step);
  const { action } = step;
  if (typeof action !== 'string') return [invalid(`${field}.action`, `step ${named}: an action is required`)];
  const known = findAction(action);
  const unknown = Object.keys(step).filter(key => !STEP_FIELDS.includes(key));
  return [
    ...unknown.map(key =>
      invalid(`${field}.${key}`, `step ${named}: not known; ${STEP_FIELDS.join(', ')} are allowed`),
    ),
    ...(known
      ? inputProblems(step, known.input.properties ?? {}, field)
      : [unknownAction(action, named, field)]),
    ...['input', 'if', 'each'].flatMap(key => expressionProblems(step[key], `${field}.${key}`, named)),
  ];
}

function nameOf({ id, name, action }: Record<string, unknown>): string {
  return JSON.stringify(id ?? name ?? action ?? '');
}

/** Actions of Backstage’s world that are known, and why they are not served. */
const NOT_SERVED: [RegExp, string][] = [
  [
    /^publish:[\w-]+:(pull|merge)-request$/,
    'it works on another Git server than this platform’s; here publish:gitea:pull-request opens a change',
  ],
  [
    /^fetch:(cookiecutter|rails)$/,
    'it runs a tool in a container (Python’s Jinja2, or Rails, with programs of the template’s own); fetch:template takes Cookiecutter’s skeletons with cookiecutterCompat: true',
  ],
  [/^(github|gitlab|bitbucket|azure)[:-]/, 'it works on another Git server than this platform’s'],
];

function unknownAction(action: string, named: string, field: string): Problem {
  const reason = NOT_SERVED.find(([pattern]) => pattern.test(action))?.[1];
  const near = nearestOf(
    action,
    ACTIONS.map(({ id }) => id),
  );
  const hint = reason ?? (near ? `did you mean ${JSON.stringify(near)}?` : undefined);
  const message = `step ${named}: unknown action ${JSON.stringify(action)}${hint ? `; ${hint}` : ''}`;
  return invalid(`${field}.action`, message, 'UnknownAction');
}

function inputProblems(
  step: Record<string, unknown>,
  known: Record<string, unknown>,
  field: string,
): Problem[] {
  if (step.input === undefined || step.input === null) return [];
  if (!isRecord(step.input)) return [invalid(`${field}.input`, `step ${nameOf(step)}: a map is expected`)];
  return Object.keys(step.input)
    .filter(key => !Object.hasOwn(known, key) && !isTemplate(key))
    .map(key => {
      const near = nearestOf(key, Object.keys(known));
      const allowed = near ? `did you mean ${near}?` : `${Object.keys(known).join(', ')} are`;
      const tail = near ? allowed : `${allowed} allowed`;
      const message = `step ${nameOf(step)}: ${String(step.action)} has no such input here; ${tail}`;
      return invalid(`${field}.input.${key}`, message, 'InvalidInput');
    });
}

function idProblems(steps: unknown[]): Problem[] {
  const ids = (steps as Partial<TemplateStep>[]).map((step, index) => stepId(step, index));
  return ids.flatMap((id, index) =>
    ids.indexOf(id) < index
      ? [invalid(`spec.steps[${index}].id`, `id ${JSON.stringify(id)} is used twice`)]
      : [],
  );
}

/** Patterns of the form that this platform's engine does not take. */
function patternProblems(schema: unknown, field: string): Problem[] {
  if (Array.isArray(schema))
    return schema.flatMap((each, index) => patternProblems(each, `${field}[${index}]`));
  if (!isRecord(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    const at = `${field}.${key}`;
    if (key !== 'pattern' || typeof value !== 'string') return patternProblems(value, at);
    try {
      matches(value, '');
      return [];
    } catch (error) {
      return [invalid(at, messageOf(error))];
    }
  });
}

/** A step's id, or the one it has by its place. */
export function stepId(step: Partial<TemplateStep> | null, index: number): string {
  return step?.id ?? `step-${index + 1}`;
}

/** Syntax and filters of every expression in a value. */
export function expressionProblems(value: unknown, field: string, step?: string): Problem[] {
  if (typeof value === 'string') return textProblems(value, field, step);
  if (Array.isArray(value))
    return value.flatMap((item, index) => expressionProblems(item, `${field}[${index}]`, step));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => expressionProblems(item, `${field}.${key}`, step));
}

const known = new Map<string, boolean>();

function textProblems(text: string, field: string, step: string | undefined): Problem[] {
  if (!isTemplate(text)) return [];
  const where = step === undefined ? '' : `step ${step}: `;
  const broken = syntaxProblem(text);
  if (broken) return [invalid(field, `${where}${broken}`)];
  return filtersOf(text).flatMap(name => {
    if (!known.has(name)) known.set(name, isFilter(name));
    if (known.get(name)) return [];
    const near = nearestOf(name, USUAL_FILTERS);
    const message = `${where}unknown filter ${JSON.stringify(name)}${near ? `; did you mean ${JSON.stringify(near)}?` : ''}`;
    return [invalid(field, message, 'UnknownFilter')];
  });
}

/** Names of the filters that the tags of a text use. */
export function filtersOf(text: string): string[] {
  const tags = text.match(/\$\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g) ?? [];
  const names = tags.flatMap(tag => {
    const bare = tag.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
    const block = /^\{%-?\s*filter\s+([A-Za-z_][\w.]*)/.exec(bare)?.[1];
    const piped = [...bare.matchAll(/\|\s*([A-Za-z_][\w.]*)/g)].map(match => match[1] ?? '');
    return block ? [block, ...piped] : piped;
  });
  return [...new Set(names)];
}
