import { StatusError } from './error.ts';

export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';

export interface Requirement {
  key: string;
  operator: Operator;
  values: string[];
}

/** `metav1.LabelSelector`. An empty selector selects everything; an absent one selects nothing. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/**
 * Parses the text form of a label selector, as `?labelSelector=` has it
 * (k8s.io/apimachinery/pkg/labels/selector.go).
 * @example
 * parseLabelSelector('app=web,tier in (a, b),!old');
 * @throws StatusError BadRequest when the text is no selector
 */
export function parseLabelSelector(text: string): Requirement[] {
  const parts = splitOutsideParentheses(text);
  return parts.map(part => parseRequirement(part, text));
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (text[i] !== ',' || depth > 0) continue;
    parts.push(text.slice(start, i));
    start = i + 1;
  }
  parts.push(text.slice(start));
  return parts.map(part => part.trim()).filter(part => part !== '');
}

const KEY = '(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const SET = new RegExp(String.raw`^(${KEY})\s+(in|notin)\s*\(([^()]*)\)$`);
const EQUALITY = new RegExp(String.raw`^(${KEY})\s*(==|=|!=|>|<)\s*([-A-Za-z0-9_.]*)$`);
const EXISTENCE = new RegExp(String.raw`^(!?)\s*(${KEY})$`);

function parseRequirement(part: string, whole: string): Requirement {
  const set = SET.exec(part);
  if (set?.[1]) {
    const values = (set[3] ?? '').split(',').map(value => value.trim());
    return { key: set[1], operator: set[2] === 'in' ? 'In' : 'NotIn', values };
  }
  const equality = EQUALITY.exec(part);
  if (equality?.[1]) {
    const operators: Record<string, Operator> = { '!=': 'NotIn', '>': 'Gt', '<': 'Lt' };
    return { key: equality[1], operator: operators[equality[2] ?? ''] ?? 'In', values: [equality[3] ?? ''] };
  }
  const existence = EXISTENCE.exec(part);
  if (existence?.[2]) {
    return { key: existence[2], operator: existence[1] === '!' ? 'DoesNotExist' : 'Exists', values: [] };
  }
  throw new StatusError(
    'BadRequest',
    `unable to parse requirement: ${JSON.stringify(part)} in selector ${JSON.stringify(whole)}`,
  );
}

/** The requirements of a LabelSelector object. */
export function requirementsOf(selector: LabelSelector): Requirement[] {
  const labels = Object.entries(selector.matchLabels ?? {});
  const equalities = labels.map(([key, value]): Requirement => ({ key, operator: 'In', values: [value] }));
  const expressions = (selector.matchExpressions ?? []).map(
    (expression): Requirement => ({
      key: expression.key,
      operator: expression.operator as Operator,
      values: expression.values ?? [],
    }),
  );
  return [...equalities, ...expressions];
}

/** True when every requirement holds. `NotIn` and `DoesNotExist` hold for a label that is absent. */
export function matchesLabels(
  requirements: Requirement[],
  labels: Record<string, string> | undefined,
): boolean {
  return requirements.every(requirement => holds(requirement, labels?.[requirement.key]));
}

function holds({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

/** The text form of a LabelSelector object, for `?labelSelector=`. */
export function labelSelectorText(selector: LabelSelector): string {
  return requirementsOf(selector).map(requirementText).join(',');
}

function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'Gt':
      return `${key}>${values[0]}`;
    case 'Lt':
      return `${key}<${values[0]}`;
  }
}
