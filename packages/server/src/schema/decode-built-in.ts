import { type KubeObject, StatusError } from '@slipway/api';
import { fieldOf, itemOf, resolve } from './lookup.ts';
import type { ResourceInfo } from './resource-info.ts';
import type { Schema } from './schema.ts';
import { isValues, jsonType } from './value.ts';

const DEFINITION = /\.([a-z0-9]+)\.(\w+)$/;
const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What reading an object found: fields nobody knows, and the object without them. */
export interface Decoded {
  unknown: string[];
  object: KubeObject;
}

/**
 * Reads an object as the real server's types would: values of a wrong type are refused in Go's words, unknown
 * fields are dropped and named.
 * @throws StatusError BadRequest for the first value of a wrong type
 */
export function decodeBuiltIn(object: KubeObject, info: ResourceInfo): Decoded {
  const unknown: string[] = [];
  try {
    const place: Place = { schema: info.schema, path: '', goPath: '', owner: info.kind.kind };
    return { unknown, object: read(object, place, unknown) as KubeObject };
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw cannotBeHandled(info, error.message);
  }
}

/** What strict decoding refuses; a patch tells it in other words than a whole object. */
export class StrictDecodingError extends StatusError {
  /** `strict decoding error: unknown field "spec.odd"` */
  readonly complaint: string;

  constructor({ kind }: Pick<ResourceInfo, 'kind'>, complaints: readonly string[]) {
    const complaint = `strict decoding error: ${complaints.join(', ')}`;
    super('BadRequest', refusal(kind, complaint));
    this.complaint = complaint;
  }
}

/** 400 as the real server's decoder answers it. */
export function cannotBeHandled({ kind }: Pick<ResourceInfo, 'kind'>, what: string): StatusError {
  return new StatusError('BadRequest', refusal(kind, what));
}

function refusal({ kind, version }: ResourceInfo['kind'], what: string): string {
  return `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${what}`;
}

class TypeMismatch extends Error {}

interface Place {
  schema: Schema;
  /** `spec.containers[0].name` */
  path: string;
  /** `spec.containers.name`: Go names no indices. */
  goPath: string;
  /** Name of the struct that holds the field. */
  owner: string;
}

function read(value: unknown, place: Place, unknown: string[]): unknown {
  const schema = resolve(place.schema);
  if (value === null || value === undefined) return value;
  if (schema.oneOf) return checkUnion(value, place, schema);
  switch (schema.type) {
    case 'array':
      return readList(value, place, unknown);
    case 'object':
      return readObject(value, place, unknown);
    case 'string':
      return checkText(value, place, schema);
    case 'boolean':
      return typeof value === 'boolean' ? value : mismatch(value, place);
    case 'integer':
      return checkInteger(value, place, schema);
    case 'number':
      return typeof value === 'number' ? value : mismatch(value, place);
    default:
      return value;
  }
}

function checkUnion(value: unknown, place: Place, schema: Schema): unknown {
  if (schema.format === 'int-or-string') {
    return ['number', 'string'].includes(typeof value) ? value : mismatch(value, place, 'int32');
  }
  if (QUANTITY.test(String(value))) return value;
  throw new TypeMismatch(
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  );
}

function checkText(value: unknown, place: Place, schema: Schema): unknown {
  if (typeof value !== 'string') return mismatch(value, place);
  if (schema.format === 'date-time' && Number.isNaN(Date.parse(value))) {
    const quoted = JSON.stringify(value);
    throw new TypeMismatch(
      `parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${quoted} as "2006"`,
    );
  }
  if (schema.format === 'byte' && !BASE64.test(value.replace(/[\r\n]/g, ''))) {
    const at = Math.max(value.search(/[^A-Za-z0-9+/=]/), 0);
    throw new TypeMismatch(`illegal base64 data at input byte ${at}`);
  }
  return value;
}

function checkInteger(value: unknown, place: Place, schema: Schema): unknown {
  const most = schema.format === 'int32' ? 2 ** 31 : 2 ** 63;
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < most) return value;
  return mismatch(value, place);
}

function readList(value: unknown, place: Place, unknown: string[]): unknown {
  if (!Array.isArray(value)) return mismatch(value, place);
  const schema = itemOf(resolve(place.schema));
  const raw = resolve(place.schema).items ?? schema;
  return value.map((item, index) =>
    read(item, { ...place, schema: raw, path: `${place.path}[${index}]` }, unknown),
  );
}

function readObject(value: unknown, place: Place, unknown: string[]): unknown {
  if (!isValues(value)) return mismatch(value, place);
  const schema = resolve(place.schema);
  if (!schema.properties && !schema.additionalProperties) return value;
  const owner = structName(place.schema) ?? place.owner;
  const result: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const field = fieldSchema(schema, name);
    const path = place.path === '' ? name : `${place.path}.${name}`;
    if (!field) {
      unknown.push(path);
      continue;
    }
    // Go names no keys of maps either.
    const step = place.goPath === '' ? name : `${place.goPath}.${name}`;
    const goPath = schema.properties ? step : place.goPath;
    const clean = read(part, { schema: field, path, goPath, owner }, unknown);
    Object.defineProperty(result, name, {
      value: clean,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return result;
}

/** With its reference, which names the type in messages. */
function fieldSchema(schema: Schema, name: string): Schema | undefined {
  if (schema.properties) return Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  return typeof schema.additionalProperties === 'object'
    ? schema.additionalProperties
    : fieldOf(schema, name);
}

function structName(schema: Schema): string | undefined {
  return schema.$ref ? DEFINITION.exec(schema.$ref)?.[2] : undefined;
}

const GO_VALUES: Record<string, string> = {
  boolean: 'bool',
  object: 'object',
  array: 'array',
  string: 'string',
};

function mismatch(value: unknown, { schema, goPath, owner }: Place, wanted = goType(schema)): never {
  const type = jsonType(value);
  const large = type === 'number' && (wanted.startsWith('int') ? ` ${value}` : '');
  const found = type === 'number' ? `number${large || ''}` : (GO_VALUES[type] ?? type);
  throw new TypeMismatch(
    `json: cannot unmarshal ${found} into Go struct field ${owner}.${goPath} of type ${wanted}`,
  );
}

/** The Go type of a field, as the standard decoder names it. */
function goType(schema: Schema): string {
  const match = schema.$ref ? DEFINITION.exec(schema.$ref) : null;
  const known = resolve(schema);
  if (match && known.type === 'object') return `${match[1]}.${match[2]}`;
  switch (known.type) {
    case 'integer':
      return known.format === 'int64' ? 'int64' : 'int32';
    case 'boolean':
      return 'bool';
    case 'number':
      return 'float64';
    case 'array':
      return `[]${goType(known.items ?? {})}`;
    case 'object':
      return `map[string]${typeof known.additionalProperties === 'object' ? goType(known.additionalProperties) : 'interface {}'}`;
    default:
      return 'string';
  }
}
