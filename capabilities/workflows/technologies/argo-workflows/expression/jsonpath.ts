import { SlipwayError } from '@slipway/api';

/**
 * Values a JSONPath selects: `$.a.b[0]`, `[*]`, `..name`, slices, `['key']`, filters `[?(@.age > 42)]`.
 * kubectl's braces and a missing `$` are allowed.
 * @throws SlipwayError InvalidJsonPath
 */
export function selectPath(
  path: string,
  document: unknown,
  evaluateFilter?: EvaluateFilter,
): { values: unknown[]; single: boolean } {
  const text = path.trim().replace(/^\{/, '').replace(/\}$/, '').replace(/^[$@]/, '');
  let values: unknown[] = [document];
  let single = true;
  let rest = text;
  while (rest !== '') {
    const segment = readSegment(rest, { path, evaluateFilter });
    values = values.flatMap(value => segment.select(value));
    single &&= segment.single;
    rest = rest.slice(segment.length);
  }
  return { values, single };
}

/** Evaluates a filter's expression, in which `item` is the element. */
export type EvaluateFilter = (expression: string, item: unknown) => unknown;

interface PathContext {
  path: string;
  evaluateFilter: EvaluateFilter | undefined;
}

interface Segment {
  length: number;
  single: boolean;
  select(value: unknown): unknown[];
}

function readSegment(rest: string, context: PathContext): Segment {
  const deep = /^\.\.(\*|[A-Za-z_][\w-]*)/.exec(rest);
  if (deep)
    return { length: deep[0].length, single: false, select: value => descendants(value, deep[1] ?? '*') };
  const name = /^\.?(\*|[A-Za-z_$](?:[\w$-]|\\.)*)/.exec(rest);
  if (name?.[1]) {
    const key = name[1].replaceAll('\\', '');
    return {
      length: name[0].length,
      single: key !== '*',
      select: value => (key === '*' ? children(value) : field(value, key)),
    };
  }
  const start = rest.startsWith('.[') ? 1 : 0;
  if (rest[start] === '[') return bracket(rest, start, context);
  throw new SlipwayError(
    'InvalidJsonPath',
    `JSONPath ${JSON.stringify(context.path)}: cannot read ${JSON.stringify(rest)}`,
  );
}

function bracket(rest: string, start: number, context: PathContext): Segment {
  const { path } = context;
  const inner = insideOf(rest.slice(start), path);
  const length = start + inner.length + 2;
  const quoted = /^(['"])(.*)\1$/.exec(inner);
  if (quoted) return { length, single: true, select: value => field(value, quoted[2] ?? '') };
  if (inner === '*') return { length, single: false, select: children };
  const filter = /^\?\((.*)\)$/s.exec(inner);
  if (filter)
    return {
      length,
      single: false,
      select: value => children(value).filter(item => holds(filter[1] ?? '', item, context)),
    };
  if (/^-?\d+$/.test(inner)) return { length, single: true, select: value => at(value, Number(inner)) };
  const slice = /^(-?\d*):(-?\d*)$/.exec(inner);
  const bound = (text: string | undefined) => (text ? Number(text) : undefined);
  if (slice)
    return {
      length,
      single: false,
      select: value => (Array.isArray(value) ? value.slice(bound(slice[1]), bound(slice[2])) : []),
    };
  throw new SlipwayError('InvalidJsonPath', `JSONPath ${JSON.stringify(path)}: [${inner}] is not supported`);
}

function insideOf(text: string, path: string): string {
  let quote = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (quote) {
      if (character === quote) quote = '';
      continue;
    }
    if (character === '"' || character === "'") quote = character;
    if (character === '[') depth++;
    if (character === ']' && --depth === 0) return text.slice(1, i);
  }
  throw new SlipwayError('InvalidJsonPath', `JSONPath ${JSON.stringify(path)}: a [ is not closed`);
}

/** `@.age > 42 && @.name == "x"` in the expression language, with `@` being the item. */
function holds(source: string, item: unknown, { path, evaluateFilter }: PathContext): boolean {
  if (!evaluateFilter)
    throw new SlipwayError(
      'InvalidJsonPath',
      `JSONPath ${JSON.stringify(path)}: filters are not supported here`,
    );
  const expression = source.replace(/@(?=[.[\s)]|$)/g, 'item').replaceAll('item.', 'item?.');
  const result = evaluateFilter(expression, item);
  return result !== false && result !== null && result !== undefined;
}

function field(value: unknown, key: string): unknown[] {
  if (!value || typeof value !== 'object' || !Object.hasOwn(value, key)) return [];
  return [(value as Record<string, unknown>)[key]];
}

function at(value: unknown, index: number): unknown[] {
  const found = Array.isArray(value) ? value.at(index) : undefined;
  return found === undefined ? [] : [found];
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value && typeof value === 'object' ? Object.values(value) : [];
}

function descendants(value: unknown, key: string): unknown[] {
  const own = key === '*' ? children(value) : field(value, key);
  return [...own, ...children(value).flatMap(child => descendants(child, key))];
}
