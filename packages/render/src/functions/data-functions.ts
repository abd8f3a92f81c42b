import { SlipwayError } from '@slipway/api';
import { contextFunction, type FunctionTable, GoError, type TemplateCall } from '../go-template/function.ts';
import { type GoValue, goMap, isGoMap, LIST, MAP, nilCollection } from '../go-template/value.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { kindOf } from './go-kind.ts';
import { JsonMisfit, readJson } from './json-read.ts';
import { writeJson } from './json-write.ts';
import { readToml } from './toml-read.ts';
import { writeToml } from './toml-write.ts';
import { writePrettyYaml, writeYaml } from './yaml-write.ts';

const NIL_MAP = nilCollection(MAP);
const NIL_LIST = nilCollection(LIST);
/** Characters that are read for one step of the budget. */
const STEP = 16;

type Write = (value: GoValue) => string;
type Read = (text: string) => GoValue;

/** What cannot be written or read; other errors are ours. */
function isRefusal(error: unknown): error is SlipwayError {
  return error instanceof SlipwayError && error.code !== 'TemplateLimit';
}

/** A function that writes; what cannot be written becomes `refused`. */
function writing(write: Write, refused: (message: string) => string) {
  return contextFunction({ in: ['any'], out: 'string' }, (call, value) => {
    const text = attempt(() => write(value), refused);
    call.budget.size(text.length);
    call.budget.spend(text.length / STEP);
    return text;
  });
}

function attempt<T>(work: () => T, refused: (message: string, error: SlipwayError) => T): T {
  try {
    return work();
  } catch (error) {
    if (isRefusal(error)) return refused(error.message, error);
    throw error;
  }
}

const nothing = (): string => '';
const itsText = (message: string): string => message;
const stop = (message: string): never => {
  throw new GoError(message);
};

function reading<T extends GoValue>(
  out: string,
  read: Read,
  shape: (value: GoValue) => T,
  refused: (message: string, error: SlipwayError) => T,
) {
  return contextFunction({ in: ['string'], out }, (call: TemplateCall, text: string) => {
    call.budget.spend(text.length / STEP);
    return attempt(() => shape(read(text)), refused);
  });
}

/** Go's error when what was read is of another type than what was wanted. */
function mismatch(value: GoValue, type: string, prefix: string): GoError {
  const kind = kindOf(value);
  const word = { map: 'object', slice: 'array', float64: 'number' }[kind] ?? kind;
  return new GoError(`${prefix}json: cannot unmarshal ${word} into Go value of type ${type}`);
}

function asMap(nil: () => GoValue, prefix = '') {
  return (value: GoValue): GoValue => {
    if (value === null || value === undefined) return nil();
    if (isGoMap(value)) return value;
    throw mismatch(value, MAP.name, prefix);
  };
}

function asList(nil: () => GoValue, prefix = '') {
  return (value: GoValue): GoValue => {
    if (value === null || value === undefined) return nil();
    if (Array.isArray(value)) return value;
    throw mismatch(value, LIST.name, prefix);
  };
}

/** The map that Helm's readers give for an error, with what could be read. */
function errorMap(message: string, error: SlipwayError): GoValue {
  const read = error instanceof JsonMisfit && isGoMap(error.partial) ? error.partial : {};
  return goMap({ ...read, Error: message });
}

const errorList = (message: string): GoValue => [message];
const YAML_PREFIX = 'error unmarshaling JSON: while decoding JSON: ';

const json: Write = value => writeJson(value, { escapeHtml: true });
const prettyJson: Write = value => writeJson(value, { escapeHtml: true, indent: '  ' });
const rawJson: Write = value => writeJson(value, { escapeHtml: false });
const identity = (value: GoValue): GoValue => value;

/** Values as YAML, JSON and TOML, and back: Helm's own, and what is left of sprig's. */
export const dataFunctions: FunctionTable = {
  toYaml: writing(writeYaml, nothing),
  mustToYaml: writing(writeYaml, stop),
  toYamlPretty: writing(writePrettyYaml, nothing),
  fromYaml: reading(
    'map',
    readYaml,
    asMap(() => goMap(), YAML_PREFIX),
    errorMap,
  ),
  fromYamlArray: reading(
    'list',
    readYaml,
    asList(() => [], YAML_PREFIX),
    errorList,
  ),
  toJson: writing(json, nothing),
  mustToJson: writing(json, stop),
  toPrettyJson: writing(prettyJson, nothing),
  mustToPrettyJson: writing(prettyJson, stop),
  toRawJson: writing(rawJson, stop),
  mustToRawJson: writing(rawJson, stop),
  fromJson: reading(
    'map',
    readJson,
    asMap(() => NIL_MAP),
    errorMap,
  ),
  fromJsonArray: reading(
    'list',
    readJson,
    asList(() => NIL_LIST),
    errorList,
  ),
  mustFromJson: reading('any', readJson, identity, stop),
  toToml: writing(writeToml, itsText),
  mustToToml: writing(writeToml, stop),
  fromToml: reading(
    'map',
    readToml,
    asMap(() => goMap()),
    errorMap,
  ),
};
