import type { SlipwayError } from '@slipway/api';
import { contextFunction, type FunctionTable, GoError, type GoFunction } from '../go-template/function.ts';
import { type GoValue, goMap, isGoMap, LIST, MAP, nilCollection } from '../go-template/value.ts';
import { readToml } from '../toml/toml-read.ts';
import { writeToml } from '../toml/toml-write.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { nothing, type Read, reading, stop, writing } from './data-call.ts';
import { kindOf, noValue } from './go-kind.ts';
import { json } from './json-functions.ts';
import { JsonMisfit, readJson } from './json-read.ts';
import { writePrettyYaml, writeYaml } from './yaml-write.ts';

const NIL_MAP = nilCollection(MAP);
const NIL_LIST = nilCollection(LIST);
const YAML = 'error unmarshaling JSON: while decoding JSON: ';

interface Shape {
  /** What JSON's null leaves behind. */
  nil: () => GoValue;
  /** What comes before Go's words when a value is of another type. */
  prefix?: string;
}

function mapFrom(read: Read, { nil, prefix = '' }: Shape): Read {
  return text => {
    const value = read(text) ?? nil();
    if (isGoMap(value)) return value;
    throw mismatch(value, MAP.name, prefix);
  };
}

function listFrom(read: Read, { nil, prefix = '' }: Shape): Read {
  return text => {
    const value = read(text) ?? nil();
    if (Array.isArray(value)) return value;
    throw mismatch(value, LIST.name, prefix);
  };
}

/** Go's error when what was read is of another type than what was wanted. */
function mismatch(value: GoValue, type: string, prefix: string): GoError {
  const kind = kindOf(value);
  const word = { map: 'object', slice: 'array', float64: 'number' }[kind] ?? kind;
  return new GoError(`${prefix}json: cannot unmarshal ${word} into Go value of type ${type}`);
}

/** The map that Helm's readers give for an error, with what could be read. */
function errorMap(message: string, error: SlipwayError): GoValue {
  const read = error instanceof JsonMisfit && isGoMap(error.partial) ? error.partial : {};
  return goMap({ ...read, Error: message });
}

function errorList(message: string): GoValue {
  return [message];
}

/** The TOML library panics for nil, which no error text stands in for. */
function refusingNil(fn: GoFunction): GoFunction {
  return contextFunction({ in: ['any'], out: 'string' }, (call, value) => {
    if (value === null || value === undefined) throw noValue();
    return fn.call(call, [value]);
  });
}

/** Values as YAML, JSON and TOML, and back, as Helm has it. */
export const helmDataFunctions: FunctionTable = {
  toYaml: writing(writeYaml, nothing),
  mustToYaml: writing(writeYaml, stop),
  toYamlPretty: writing(writePrettyYaml, nothing),
  fromYaml: reading('map', mapFrom(readYaml, { nil: () => goMap(), prefix: YAML }), errorMap),
  fromYamlArray: reading('list', listFrom(readYaml, { nil: () => [], prefix: YAML }), errorList),
  toJson: writing(json, nothing),
  mustToJson: writing(json, stop),
  fromJson: reading('map', mapFrom(readJson, { nil: () => NIL_MAP }), errorMap),
  fromJsonArray: reading('list', listFrom(readJson, { nil: () => NIL_LIST }), errorList),
  toToml: refusingNil(writing(writeToml, message => message)),
  mustToToml: refusingNil(writing(writeToml, stop)),
  fromToml: reading('map', mapFrom(readToml, { nil: () => goMap() }), errorMap),
};
