import { isTimestamp } from './timestamp-text.ts';

/**
 * Which go-yaml reads or writes: `1.1` is version 2, under `sigs.k8s.io/yaml` (Helm's `toYaml`, kustomize's output,
 * Kubernetes); `1.2` is version 3 (Helm's `toYamlPretty`).
 */
export type YamlDialect = '1.1' | '1.2';

/** What a text without quotes is read as. */
export type PlainKind = 'text' | 'null' | 'bool' | 'int' | 'float' | 'timestamp';

const BOOLEANS = words('true True TRUE false False FALSE');
const OLD_BOOLEANS = words('y Y yes Yes YES on On ON n N no No NO off Off OFF');
const NULLS = words('~ null Null NULL');
const FLOATS = words('.nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF');

function words(list: string): Set<string> {
  return new Set(list.split(' '));
}

const DIGITS = /^[-+0-9]/;
/** Letters that stand in a number or a time of go-yaml's; most texts that start with a digit hold others. */
const LIKE_A_NUMBER = /^[-+0-9a-fA-FxXoO_.:tTzZ ,]*$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const DOTTED_FLOAT = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?$/;
const INT = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;
/** What go-yaml cuts a prefix from before it reads the rest, sign included. */
const SIGN_AFTER_PREFIX = /^0b([-+]?)([01]+)$/;
const SIGN_AFTER_OCTAL = /^0o([-+]?)([0-7]+)$/;
const SIXTIES = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/;

/** What go-yaml makes of a text without quotes and tags (`resolve.go`). */
export function plainKind(text: string, dialect: YamlDialect = '1.1'): PlainKind {
  if (text === '') return 'null';
  if (DIGITS.test(text)) return numberKind(text, dialect);
  if (text[0] === '.') {
    if (FLOATS.has(text)) return 'float';
    return DOTTED_FLOAT.test(text) && Number.isFinite(Number(text.replaceAll('_', ''))) ? 'float' : 'text';
  }
  if (NULLS.has(text)) return 'null';
  if (BOOLEANS.has(text) || (dialect === '1.1' && OLD_BOOLEANS.has(text))) return 'bool';
  return 'text';
}

function numberKind(text: string, dialect: YamlDialect): PlainKind {
  if (FLOATS.has(text)) return 'float';
  if (!LIKE_A_NUMBER.test(text)) return 'text';
  if (isTimestamp(text)) return 'timestamp';
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  if (parsePlainInteger(plain, dialect) !== undefined) return 'int';
  return FLOAT.test(plain) && Number.isFinite(Number(plain)) ? 'float' : 'text';
}

/**
 * Go's `strconv.ParseInt` and `ParseUint` with base 0: `0777` and `0o777` are octal, `0x1F` and `0b11` what they say.
 * Undefined for what is no integer of 64 bits.
 * @param plain without underscores
 */
export function parsePlainInteger(plain: string, dialect: YamlDialect = '1.1'): bigint | undefined {
  const [, sign = '', digits = ''] = INT.exec(plain) ?? [];
  if (digits !== '') return inRange(sign, BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits));
  const [, signInside, binary] = SIGN_AFTER_PREFIX.exec(plain) ?? [];
  if (signInside !== undefined) return inRange(signInside, BigInt(`0b${binary}`));
  if (dialect === '1.1') return undefined;
  const [, signOctal, octal] = SIGN_AFTER_OCTAL.exec(plain) ?? [];
  return signOctal === undefined ? undefined : inRange(signOctal, BigInt(`0o${octal}`));
}

function inRange(sign: string, size: bigint): bigint | undefined {
  const value = sign === '-' ? -size : size;
  if (BigInt.asIntN(64, value) === value) return value;
  return sign === '' && BigInt.asUintN(64, value) === value ? value : undefined;
}

/** Whether a text stays text when it stands without quotes; numbers to the base 60 are quoted for other readers. */
export function staysText(text: string, dialect: YamlDialect): boolean {
  if (plainKind(text, dialect) !== 'text') return false;
  if (dialect === '1.2' && OLD_BOOLEANS.has(text)) return false;
  return !(DIGITS.test(text) && SIXTIES.test(text));
}
