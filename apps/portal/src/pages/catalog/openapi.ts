import { load } from 'js-yaml';

type Fields = Record<string, unknown>;

/** A schema as it is shown: a line for each property, with what is inside it below. */
export interface SchemaLine {
  name: string;
  /** `string`, `array of Pet`, `Pet`, `one of`. */
  type: string;
  required: boolean;
  description: string;
  inside: SchemaLine[];
}

export interface Parameter {
  name: string;
  /** `path`, `query`, `header`, `cookie`. */
  in: string;
  required: boolean;
  type: string;
  description: string;
}

export interface Operation {
  method: string;
  path: string;
  summary: string;
  description: string;
  deprecated: boolean;
  parameters: Parameter[];
  body: Content[];
  responses: { status: string; description: string; content: Content[] }[];
}

export interface Content {
  media: string;
  schema: SchemaLine;
}

/** What the viewer shows of an OpenAPI document. */
export interface ApiDocument {
  title: string;
  version: string;
  description: string;
  /** Operations by their first tag, in the order of the document. */
  groups: { tag: string; operations: Operation[] }[];
  schemas: SchemaLine[];
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
/** Deeper than this a schema is named and not unfolded; so is one that is inside itself. */
const DEEPEST = 6;

/**
 * Reads OpenAPI 3 or Swagger 2, as YAML or JSON.
 * @throws Error that says what is wrong with the text
 */
export function readOpenApi(text: string): ApiDocument {
  const root = fields(load(text));
  if (root.openapi === undefined && root.swagger === undefined)
    throw new Error('it has neither "openapi" nor "swagger" at its top, so it is no OpenAPI document');
  const info = fields(root.info);
  const groups = new Map<string, Operation[]>();
  for (const [path, item] of Object.entries(fields(root.paths))) {
    const shared = fields(deref(root, item));
    for (const method of METHODS) {
      if (shared[method] === undefined) continue;
      const operation = fields(shared[method]);
      const tag = string(list(operation.tags)[0]) || 'operations';
      const read = operationOf(root, { method, path, operation, shared });
      groups.set(tag, [...(groups.get(tag) ?? []), read]);
    }
  }
  const schemas = fields(fields(root.components).schemas ?? root.definitions);
  return {
    title: string(info.title),
    version: string(info.version),
    description: string(info.description),
    groups: [...groups].map(([tag, operations]) => ({ tag, operations })),
    schemas: Object.entries(schemas).map(([name, schema]) => lineOf(root, { name, schema, seen: [] })),
  };
}

interface Reading {
  method: string;
  path: string;
  operation: Fields;
  shared: Fields;
}

function operationOf(root: Fields, { method, path, operation, shared }: Reading): Operation {
  const given = [...list(shared.parameters), ...list(operation.parameters)].map(each =>
    fields(deref(root, each)),
  );
  // Swagger 2 has the body among the parameters.
  const inBody = given.filter(each => each.in === 'body');
  const body = inBody.map(each => ({
    media: 'application/json',
    schema: lineOf(root, { name: '', schema: each.schema, seen: [] }),
  }));
  return {
    method: method.toUpperCase(),
    path,
    summary: string(operation.summary),
    description: string(operation.description),
    deprecated: operation.deprecated === true,
    parameters: given.filter(each => each.in !== 'body').map(each => parameterOf(root, each)),
    body: [...body, ...contentOf(root, fields(deref(root, operation.requestBody)))],
    responses: Object.entries(fields(operation.responses)).map(([status, response]) => {
      const answer = fields(deref(root, response));
      return { status, description: string(answer.description), content: contentOf(root, answer) };
    }),
  };
}

function parameterOf(root: Fields, parameter: Fields): Parameter {
  return {
    name: string(parameter.name),
    in: string(parameter.in),
    required: parameter.required === true,
    type: lineOf(root, { name: '', schema: parameter.schema ?? parameter, seen: [] }).type,
    description: string(parameter.description),
  };
}

function contentOf(root: Fields, holder: Fields): Content[] {
  const media = Object.entries(fields(holder.content)).map(([type, each]): [string, unknown] => [
    type,
    fields(each).schema,
  ]);
  const all = holder.schema === undefined ? media : [['application/json', holder.schema], ...media];
  return (all as [string, unknown][]).map(([type, schema]) => ({
    media: type,
    schema: lineOf(root, { name: '', schema, seen: [] }),
  }));
}

interface Line {
  name: string;
  schema: unknown;
  /** References that led here. */
  seen: string[];
  required?: boolean;
}

function lineOf(root: Fields, { name, schema, seen, required = false }: Line): SchemaLine {
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
function deref(root: Fields, value: unknown): unknown {
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

function fields(value: unknown): Fields {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function string(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
