/** One step of a path: from a value to the values it leads to. */
type Step = (value: unknown) => unknown[];

/**
 * kubectl's JSONPath without templates, as printer columns use it: `.a.b`, `['a']`, `[0]`, `[-1]`, `[1:3]`, `[*]`,
 * `.*`, `..a`, `[?(@.type=="Ready")]` (client-go/util/jsonpath). Quotes may be single or double.
 * @throws SyntaxError when the text is no such path
 */
export function parseJsonPath(path: string): (value: unknown) => unknown[] {
  const steps: Step[] = [];
  let rest = path
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replace(/^\$/, '');
  if (rest !== '' && !/^[.[]/.test(rest)) rest = `.${rest}`;
  while (rest !== '') {
    const found = nextStep(rest) ?? fail(path);
    steps.push(found.step);
    rest = rest.slice(found.length);
  }
  return value => steps.reduce<unknown[]>((values, step) => values.flatMap(step), [value]);
}

function fail(path: string): never {
  throw new SyntaxError(`JSONPath: ${JSON.stringify(path)} is not understood`);
}

function nextStep(rest: string): { step: Step; length: number } | undefined {
  const patterns: [RegExp, (match: RegExpExecArray) => Step][] = [
    [/^\.\.((?:\\.|[^.[\]\\])+)/, match => deep(plainKey(match[1] ?? ''))],
    [/^\.\*/, () => all],
    [/^\.((?:\\.|[^.[\]\\])+)/, match => field(plainKey(match[1] ?? ''))],
    [/^\.?\[\*\]/, () => all],
    [/^\.?\['([^']*)'\]|^\.?\["([^"]*)"\]/, match => field(match[1] ?? match[2] ?? '')],
    [/^\.?\[(-?\d*):(-?\d*)(?::(\d+))?\]/, match => slice(match)],
    [/^\.?\[(-?\d+(?:,-?\d+)*)\]/, match => indices((match[1] ?? '').split(',').map(Number))],
    [/^\.?\[\?\(((?:"[^"]*"|'[^']*'|[^"')])*)\)\]/, match => filter(match[1] ?? '')],
    [/^\.$/, () => value => [value]],
  ];
  for (const [pattern, make] of patterns) {
    const match = pattern.exec(rest);
    if (match) return { step: make(match), length: match[0].length };
  }
  return undefined;
}

/** A dot in a key is written `\.`. */
function plainKey(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(name: string): Step {
  return value => (isMap(value) && Object.hasOwn(value, name) ? [value[name]] : []);
}

const all: Step = value => {
  if (Array.isArray(value)) return value;
  return isMap(value) ? Object.values(value) : [];
};

function deep(name: string): Step {
  const visit: Step = value => [...field(name)(value), ...all(value).flatMap(visit)];
  return visit;
}

function indices(wanted: number[]): Step {
  return value => (Array.isArray(value) ? wanted.flatMap(index => value.at(index) ?? []) : []);
}

function slice(match: RegExpExecArray): Step {
  const [, start, end, step] = match;
  return value => {
    if (!Array.isArray(value)) return [];
    const part = value.slice(start ? Number(start) : 0, end ? Number(end) : value.length);
    return step ? part.filter((_, index) => index % Number(step) === 0) : part;
  };
}

const COMPARE: Record<string, (a: unknown, b: unknown) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => Number(a) < Number(b),
  '>': (a, b) => Number(a) > Number(b),
  '<=': (a, b) => Number(a) <= Number(b),
  '>=': (a, b) => Number(a) >= Number(b),
};

function filter(expression: string): Step {
  const match = /^\s*@((?:"[^"]*"|'[^']*'|[^=!<>"'])*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?))?\s*$/.exec(
    expression,
  );
  if (!match) return fail(expression);
  const [, path = '', operator, operand = ''] = match;
  const left = parseJsonPath(path);
  if (!operator) return value => all(value).filter(item => left(item).length > 0);
  const holds = COMPARE[operator] ?? fail(expression);
  const right = literal(operand);
  return value =>
    all(value).filter(item => {
      const [found] = left(item);
      const [wanted] = right(item);
      return found !== undefined && holds(found, wanted);
    });
}

function literal(text: string): Step {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  if (quoted) return () => [quoted[2]];
  if (text.startsWith('@')) return parseJsonPath(text.slice(1));
  if (text === 'true' || text === 'false') return () => [text === 'true'];
  return () => [Number(text)];
}
