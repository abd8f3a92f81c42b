import type { FunctionTable } from '../go-template/function.ts';
import { nothing, reading, stop, type Write, writing } from './data-call.ts';
import { JsonMisfit, readJson } from './json-read.ts';
import { writeJson } from './json-write.ts';

export const json: Write = (value, spend) => writeJson(value, { escapeHtml: true, spend });
const prettyJson: Write = (value, spend) => writeJson(value, { escapeHtml: true, indent: '  ', spend });
const rawJson: Write = (value, spend) => writeJson(value, { escapeHtml: false, spend });

/** Values as JSON, and back: what sprig's defaults.go has of it. */
export const jsonFunctions: FunctionTable = {
  toJson: writing(json, nothing),
  mustToJson: writing(json, stop),
  toPrettyJson: writing(prettyJson, nothing),
  mustToPrettyJson: writing(prettyJson, stop),
  toRawJson: writing(rawJson, stop),
  mustToRawJson: writing(rawJson, stop),
  fromJson: reading('any', readJson, (_, error) => (error instanceof JsonMisfit ? error.partial : null)),
  mustFromJson: reading('any', readJson, stop),
};
