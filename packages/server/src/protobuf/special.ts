import { StatusError } from '@slipway/api';
import { bytesOf, numberOf, wireFields } from './wire.ts';

const SCHEMA = 'apiextensions/v1.JSONSchemaProps';

/** Decodes an ordinary message. */
type DecodeMessage = (message: string, bytes: Buffer) => unknown;

/** Messages whose JSON form is not an object of their fields. */
export const specials: Record<string, (bytes: Buffer, decode: DecodeMessage) => unknown> = {
  Quantity: bytes => textAt(bytes, 1),
  IntOrString: intOrString,
  Time: bytes => timeOf(bytes, 0),
  MicroTime: bytes => timeOf(bytes, 6),
  Duration: durationOf,
  Raw: rawOf,
  SchemaOrBool: (bytes, decode) => {
    const schema = messageAt(bytes, 2);
    return schema ? decode(SCHEMA, schema) : integerAt(bytes, 1) !== 0;
  },
  SchemaOrArray: (bytes, decode) => {
    const schema = messageAt(bytes, 1);
    if (schema) return decode(SCHEMA, schema);
    return [...wireFields(bytes)].map(({ value }) => decode(SCHEMA, bytesOf(value)));
  },
  SchemaOrStrings: (bytes, decode) => {
    const schema = messageAt(bytes, 1);
    if (schema) return decode(SCHEMA, schema);
    return [...wireFields(bytes)].map(({ value }) => bytesOf(value).toString());
  },
};

function messageAt(bytes: Buffer, wanted: number): Buffer | undefined {
  for (const { number, value } of wireFields(bytes)) if (number === wanted) return bytesOf(value);
  return undefined;
}

function textAt(bytes: Buffer, wanted: number): string {
  return messageAt(bytes, wanted)?.toString() ?? '';
}

function integerAt(bytes: Buffer, wanted: number): number {
  for (const { number, value } of wireFields(bytes)) if (number === wanted) return numberOf(value);
  return 0;
}

function intOrString(bytes: Buffer): number | string {
  return integerAt(bytes, 1) === 0 ? integerAt(bytes, 2) : textAt(bytes, 3);
}

/** RFC 3339 with so many digits of the second; null for Go's zero time. */
function timeOf(bytes: Buffer, digits: number): string | null {
  if (bytes.length === 0) return null;
  const seconds = integerAt(bytes, 1);
  const nanos = integerAt(bytes, 2);
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (digits === 0) return `${whole}Z`;
  return `${whole}.${String(nanos).padStart(9, '0').slice(0, digits)}Z`;
}

/** `1h2m3s`, as Go prints it. */
function durationOf(bytes: Buffer): string {
  const nanos = integerAt(bytes, 1);
  const seconds = nanos / 1e9;
  const hours = Math.trunc(seconds / 3600);
  const minutes = Math.trunc((seconds % 3600) / 60);
  const rest = Number((seconds % 60).toFixed(9));
  if (hours !== 0) return `${hours}h${minutes}m${rest}s`;
  return minutes !== 0 ? `${minutes}m${rest}s` : `${rest}s`;
}

/** Bytes that are JSON themselves: FieldsV1, RawExtension. */
function rawOf(bytes: Buffer): unknown {
  const raw = messageAt(bytes, 1);
  if (!raw || raw.length === 0) return undefined;
  try {
    return JSON.parse(raw.toString());
  } catch {
    throw new StatusError(
      'BadRequest',
      'the body holds an embedded document that is not JSON; send the whole body as JSON',
    );
  }
}
