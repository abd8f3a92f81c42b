import { GoError, GoFunction } from '../go-template/function.ts';
import { typeName } from '../go-template/type-name.ts';
import { GoComplex, GoNamed, GoNil, GoStruct, type GoValue, goMap, SizedInt } from '../go-template/value.ts';
import { GoMoment } from '../go-time/go-moment.ts';
import { PlainScalar, stringifyYaml } from '../yaml/stringify-yaml.ts';
import { encodeBase64 } from './base-coding.ts';
import type { Spend } from './data-call.ts';
import { isJsonValue, jsonFields } from './json-fields.ts';
import { isNilCollection } from './json-write.ts';

/** Helm's `toYaml`. */
export function writeYaml(value: GoValue, spend: Spend): string {
  return withoutLastBreak(
    stringifyYaml(value, {
      spend,
      isNull: isNilCollection,
      convert: each => asJson(each as GoValue & object),
    }),
  );
}

/** Helm's `toYamlPretty`, which goes past JSON. */
export function writePrettyYaml(value: GoValue, spend: Spend): string {
  return withoutLastBreak(
    stringifyYaml(value, { style: 'pretty', spend, convert: each => asYaml(each as GoValue & object) }),
  );
}

function withoutLastBreak(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** What encoding/json makes of a value that is no plain one. */
function asJson(value: GoValue & object): GoValue {
  if (value instanceof SizedInt) return value.value;
  if (value instanceof Uint8Array) return encodeBase64(value);
  if (value instanceof GoNil) return null;
  if (value instanceof GoNamed) return value.type === 'json.Number' ? Number(value.value) : value.value;
  if (!(value instanceof GoStruct))
    throw new GoError(`error marshaling into JSON: json: unsupported type: ${typeName(value)}`);
  const fields = jsonFields(value);
  return Array.isArray(fields) ? goMap(Object.fromEntries(fields)) : fields.value;
}

/** What go-yaml 3 makes of it: no tags of JSON, fields in small letters. */
function asYaml(value: GoValue & object): GoValue | PlainScalar {
  if (value instanceof SizedInt) return value.value;
  if (value instanceof Uint8Array) return Array.from(value, BigInt);
  if (value instanceof GoNil) return null;
  if (value instanceof GoMoment) return new PlainScalar(value.toJson());
  if (value instanceof GoStruct && isJsonValue(value)) return value.toJson();
  if (value instanceof GoNamed) return value.value;
  if (value instanceof GoFunction || value instanceof GoComplex || !(value instanceof GoStruct))
    throw new GoError(`cannot marshal type: ${typeName(value)}`);
  return goMap(
    Object.fromEntries(Object.entries(value.fields).map(([name, each]) => [name.toLowerCase(), each])),
  );
}
