import { apiVersionOf, type KubeObject, messageOf, StatusError } from '@slipway/api';
import { decodeProtobuf } from '../protobuf/decode-protobuf.ts';
import type { ResourceInfo } from '../schema/index.ts';
import type { Exchange } from './exchange.ts';
import { dealsWith, pause } from './pause.ts';
import { duplicateFields, looseYaml } from './strict-body.ts';

/** Media type of a header, without its parameters. */
export function mediaType(header: string): string {
  return (header.split(';')[0] ?? '').trim().toLowerCase();
}

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const JSON_TYPES = new Set(['', 'application/json', 'text/json', '*/*']);
const YAML_TYPES = new Set(['application/yaml', 'text/yaml', 'application/apply-patch+yaml']);

/**
 * The document in a body, by its content type. What strict decoding says of keys that are there twice goes to
 * `complaints`; without that nobody looks.
 * @throws StatusError UnsupportedMediaType, BadRequest
 */
export function parseBody(body: string | Uint8Array, contentType: string, complaints?: string[]): unknown {
  const type = mediaType(contentType);
  if (type === PROTOBUF) return decodeProtobuf(typeof body === 'string' ? Buffer.from(body, 'latin1') : body);
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  if (JSON_TYPES.has(type) || type.endsWith('+json')) return parseJson(text, complaints);
  // A YAML body that is JSON, as clients send it, takes the fast way.
  if (YAML_TYPES.has(type))
    return text.startsWith('{') ? parseJson(text, complaints) : parseYaml(text, complaints);
  throw new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, ${PROTOBUF}`,
  );
}

function parseJson(text: string, complaints?: string[]): unknown {
  const value = parsedJson(text);
  if (complaints) complaints.push(...duplicateFields(text, value));
  return value;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StatusError('BadRequest', `the body is not JSON: ${messageOf(error)}`);
  }
}

function parseYaml(text: string, complaints: string[] = []): unknown {
  try {
    return looseYaml(text, complaints);
  } catch (error) {
    throw new StatusError('BadRequest', `error decoding YAML: ${messageOf(error)}`);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The document in the body of a write. */
export async function decodeBody(exchange: Exchange): Promise<unknown> {
  const { incoming, complaints } = exchange;
  const body = await incoming.body();
  dealsWith(exchange, body.length);
  await pause(exchange);
  const document = parseBody(body, incoming.contentType, complaints);
  await pause(exchange);
  return document;
}

/**
 * The object in a body, which must be of the addressed kind; missing apiVersion and kind are filled in.
 * @throws StatusError BadRequest
 */
export async function decodeObject(
  exchange: Exchange,
  info: Pick<ResourceInfo, 'kind'>,
): Promise<KubeObject> {
  return asObject(await decodeBody(exchange), info);
}

export function asObject(value: unknown, info: Pick<ResourceInfo, 'kind'>): KubeObject {
  if (!isRecord(value)) throw new StatusError('BadRequest', 'the body is not an object');
  const apiVersion = apiVersionOf(info.kind);
  checkType('API version', value.apiVersion, apiVersion);
  checkType('kind', value.kind, info.kind.kind);
  const metadata = value.metadata ?? {};
  if (!isRecord(metadata)) throw new StatusError('BadRequest', 'metadata: expected an object');
  return { ...value, apiVersion, kind: info.kind.kind, metadata: { ...metadata } };
}

function checkType(what: string, found: unknown, expected: string): void {
  if (found === undefined || found === '' || found === expected) return;
  if (what === 'kind') {
    throw new StatusError(
      'BadRequest',
      `the kind in the data (${found}) does not match the expected kind (${expected})`,
    );
  }
  throw new StatusError(
    'BadRequest',
    `the API version in the data (${found}) does not match the expected API version (${expected})`,
  );
}
