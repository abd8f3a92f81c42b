import { configKey } from '../names.ts';
import { invalid, type Problem, required, tooLong } from '../problem.ts';
import { text, type Values, values } from '../value.ts';

const MOST_BYTES = 1024 * 1024;

export function checkConfigMap(object: Values): Problem[] {
  const data = values(object, 'data');
  const binary = values(object, 'binaryData');
  const size = bytesIn(data) + bytesOf(binary);
  return [
    ...Object.keys(data).flatMap(key => [
      ...configKey(key).map(detail => invalid(`data[${key}]`, key, detail)),
      ...(key in binary ? [invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')] : []),
    ]),
    ...Object.keys(binary).flatMap(key =>
      configKey(key).map(detail => invalid(`binaryData[${key}]`, key, detail)),
    ),
    ...(size > MOST_BYTES ? [tooLong('[]', MOST_BYTES)] : []),
  ];
}

function bytesIn(data: Values): number {
  return Object.values(data).reduce<number>((sum, value) => sum + Buffer.byteLength(text(value)), 0);
}

/** Of values that are base64. */
function bytesOf(data: Values): number {
  return Object.values(data).reduce<number>(
    (sum, value) => sum + Math.floor((text(value).length * 3) / 4),
    0,
  );
}

/** Keys that a type of Secret must have. */
const NEEDED: Record<string, string[]> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};
const ACCOUNT = 'kubernetes.io/service-account.name';

export function checkSecret(object: Values): Problem[] {
  const data = values(object, 'data');
  const type = text(object.type);
  const missing = (NEEDED[type] ?? []).filter(key => data[key] === undefined);
  return [
    ...Object.keys(data).flatMap(key => configKey(key).map(detail => invalid(`data[${key}]`, key, detail))),
    ...(bytesOf(data) > MOST_BYTES ? [tooLong('data', MOST_BYTES)] : []),
    ...missing.map(key => required(`data[${key}]`)),
    ...checkBasic(type, data),
    ...checkAccount(object, type),
    ...checkJson(type, data),
  ];
}

function checkBasic(type: string, data: Values): Problem[] {
  if (type !== 'kubernetes.io/basic-auth' || data.username !== undefined || data.password !== undefined)
    return [];
  return [required('data[username]'), required('data[password]')];
}

function checkAccount(object: Values, type: string): Problem[] {
  if (type !== 'kubernetes.io/service-account-token') return [];
  const name = text(values(object, 'metadata', 'annotations')[ACCOUNT]);
  return name === '' ? [required(`metadata.annotations[${ACCOUNT}]`)] : [];
}

/** What stands in a Secret is never shown. */
function checkJson(type: string, data: Values): Problem[] {
  const [key] = type.startsWith('kubernetes.io/dockerc') ? (NEEDED[type] ?? []) : [];
  if (!key || data[key] === undefined) return [];
  const content = Buffer.from(text(data[key]), 'base64').toString();
  try {
    JSON.parse(content);
    return [];
  } catch {
    const first = content.trim().charAt(0);
    const detail =
      first === ''
        ? 'unexpected end of JSON input'
        : `invalid character '${first}' looking for beginning of value`;
    return [invalid(`data[${key}]`, '<secret contents redacted>', detail)];
  }
}
