import { StatusError } from '@slipway/api';
import table from './messages.generated.json' with { type: 'json' };
import { specials } from './special.ts';
import { bytesOf, numberOf, wireFields } from './wire.ts';

/** Number, JSON name, flags (see scripts/generate/protobuf.mjs), name of the message. */
interface Field {
  number: number;
  name: string;
  code: string;
  repeated: boolean;
  map: boolean;
  inline: boolean;
  keepsZero: boolean;
  message: string;
}

type Fields = Record<string, unknown>;
const tables = table as unknown as Record<string, [number, string, string, string?][]>;
const known = new Map<string, Map<number, Field>>();

function fieldsOf(message: string): Map<number, Field> {
  const found = known.get(message);
  if (found) return found;
  const fields = new Map<number, Field>();
  for (const [number, name, flags, reference] of tables[message] ?? []) {
    const has = (flag: string) => flags.includes(flag);
    fields.set(number, {
      number,
      name,
      code: flags.charAt(0),
      repeated: has('*'),
      map: has('M'),
      inline: has('I'),
      keepsZero: has('z'),
      message: reference ?? '',
    });
  }
  known.set(message, fields);
  return fields;
}

const MAGIC = Buffer.from('k8s\0');

/**
 * The JSON form of a Kubernetes protobuf body: four bytes of magic, then a `runtime.Unknown` envelope.
 * @throws StatusError BadRequest, UnsupportedMediaType for kinds that have no protobuf form
 */
export function decodeProtobuf(body: Uint8Array): Fields {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!bytes.subarray(0, 4).equals(MAGIC)) {
    throw new StatusError('BadRequest', 'the body is not Kubernetes protobuf: it does not begin with "k8s"');
  }
  let apiVersion = '';
  let kind = '';
  let raw: Buffer = Buffer.alloc(0);
  for (const { number, value } of wireFields(bytes.subarray(4))) {
    if (number === 2) raw = bytesOf(value);
    if (number !== 1) continue;
    for (const part of wireFields(bytesOf(value))) {
      if (part.number === 1) apiVersion = bytesOf(part.value).toString();
      if (part.number === 2) kind = bytesOf(part.value).toString();
    }
  }
  return { apiVersion, kind, ...decodeMessage(messageFor(apiVersion, kind), raw) };
}

function messageFor(apiVersion: string, kind: string): string {
  if (kind === 'DeleteOptions') return 'meta/v1.DeleteOptions';
  const [first = '', second] = apiVersion.split('/');
  const name = second === undefined ? `core/${first}.${kind}` : `${first.split('.')[0]}/${second}.${kind}`;
  if (tables[name]) return name;
  throw new StatusError(
    'UnsupportedMediaType',
    `no protobuf form is known of ${apiVersion} ${kind}; send JSON`,
  );
}

export function decodeMessage(message: string, bytes: Buffer): Fields {
  const result: Fields = {};
  const fields = fieldsOf(message);
  for (const { number, value } of wireFields(bytes)) {
    const field = fields.get(number);
    // Unknown numbers are newer than the table; JSON would have them dropped as unknown fields.
    if (field) put(result, field, value);
  }
  return result;
}

function put(result: Fields, field: Field, value: bigint | Buffer): void {
  if (field.map) {
    const [key, entry] = mapEntry(field, bytesOf(value));
    result[field.name] = { ...(result[field.name] as object | undefined), [key]: entry };
    return;
  }
  if (field.repeated) {
    const before = (result[field.name] ?? []) as unknown[];
    if (before.length === 0) result[field.name] = before;
    before.push(decoded(field, value));
    return;
  }
  const one = decoded(field, value);
  if (field.inline) Object.assign(result, one);
  if (!field.inline && (field.keepsZero || !isZero(one))) result[field.name] = one;
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false || value === null || value === undefined;
}

function mapEntry(field: Field, bytes: Buffer): [string, unknown] {
  let key = '';
  let entry: unknown = emptyOf(field);
  for (const { number, value } of wireFields(bytes)) {
    if (number === 1) key = bytesOf(value).toString();
    if (number === 2) entry = decoded(field, value);
  }
  return [key, entry];
}

function emptyOf({ code }: Field): unknown {
  if (code === 's' || code === 'B') return '';
  return code === 'm' ? {} : 0;
}

function decoded({ code, message }: Field, value: bigint | Buffer): unknown {
  switch (code) {
    case 's':
      return bytesOf(value).toString();
    case 'B':
      return bytesOf(value).toString('base64');
    case 'b':
      return value !== 0n;
    case 'w':
      return [...wireFields(bytesOf(value))].map(item => bytesOf(item.value).toString());
    case 'm':
      return messageValue(message, bytesOf(value));
    default:
      return numberOf(value);
  }
}

function messageValue(message: string, bytes: Buffer): unknown {
  const special = specials[message];
  return special ? special(bytes, decodeMessage) : decodeMessage(message, bytes);
}
