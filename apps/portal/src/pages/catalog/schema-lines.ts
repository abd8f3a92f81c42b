export type Fields = Record<string, unknown>;

/** A schema as it is shown: a line for each property, with what is inside it below. */
export interface SchemaLine {
  name: string;
  /** `string`, `array of Pet`, `Pet`, `one of`. */
  type: string;
  required: boolean;
  deprecated?: boolean;
  description: string;
  inside: SchemaLine[];
}

/** Deeper than this a schema is named and not unfolded; so is one that is inside itself. */
const DEEPEST = 6;

interface Line {
  name: string;
  schema: unknown;
  /** References that led here. */
  seen: string[];
  required?: boolean;
}

/** A schema, named, with what is inside it. */
export function lineOf(root: Fields, { name, schema, seen, required = false }: Line): SchemaLine {
  const reference = string(fields(schema).$ref);
  const resolved = fields(deref(root, schema));
  const way = reference === '' ? seen : [...seen, reference];
  const isOpen = !seen.includes(reference) && way.length <= DEEPEST;
  return {
    name,
    type: typeOf(root, schema),
    required,
    description: string(resolved.description),
    inside: isOpen ? insideOf(root, resolved, way) : [],
  };
}

function insideOf(root: Fields, schema: Fields, seen: string[]): SchemaLine[] {
  if (seen.length > DEEPEST) return [];
  const wanted = list(schema.required);
  const properties = Object.entries(fields(schema.properties)).map(([name, each]) =>
    lineOf(root, { name, schema: each, seen: [...seen, ''], required: wanted.includes(name) }),
  );
  const choices = ['allOf', 'oneOf', 'anyOf'].flatMap(word =>
    list(schema[word]).map(each =>
      lineOf(root, { name: WORDS[word] ?? word, schema: each, seen: [...seen, ''] }),
    ),
  );
  const items =
    schema.items === undefined ? [] : lineOf(root, { name: '', schema: schema.items, seen }).inside;
  return [...properties, ...choices, ...items];
}

const WORDS: Record<string, string> = { allOf: 'all of', oneOf: 'one of', anyOf: 'any of' };

/** A schema in a word or two. */
function typeOf(root: Fields, schema: unknown): string {
  const given = fields(schema);
  const reference = string(given.$ref);
  if (reference !== '') return reference.split('/').at(-1) ?? reference;
  if (given.items !== undefined) return `array of ${typeOf(root, given.items)}`;
  const word = Object.keys(WORDS).find(each => given[each] !== undefined);
  const type = list(given.type).length > 0 ? list(given.type).map(string).join(' or ') : string(given.type);
  const format = string(given.format);
  const choices = list(given.enum).map(each => JSON.stringify(each));
  const plain = type || (word ? (WORDS[word] ?? word) : given.properties ? 'object' : 'any');
  return `${plain}${format === '' ? '' : ` (${format})`}${choices.length > 0 ? `: ${choices.join(', ')}` : ''}`;
}

/** What a local reference stands for; one that leads elsewhere, or round in a circle, is an empty schema. */
export function deref(root: Fields, value: unknown): unknown {
  let found = value;
  for (let step = 0; step < DEEPEST; step++) {
    const reference = string(fields(found).$ref);
    if (reference === '') return found;
    if (!reference.startsWith('#/')) return {};
    found = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, part) => own(fields(at), part), root);
  }
  return {};
}

function own(at: Fields, part: string): unknown {
  const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
  return Object.hasOwn(at, name) ? at[name] : undefined;
}

export function fields(value: unknown): Fields {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function string(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
