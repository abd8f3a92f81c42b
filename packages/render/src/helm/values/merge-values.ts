import type { ChartValue, ValueMap } from '../chart.ts';
import { ChartError } from '../chart-error.ts';
import { loadValues } from '../load/load-values.ts';
import type { ValueSources } from '../render-options.ts';
import { readJson } from './json-prefix.ts';
import { parseSet, type SetKind } from './parse-set.ts';
import { copyTable, isTable, mergeTables, table } from './tables.ts';

/**
 * Merges what a person gives: files, then `--set-json`, `--set`, `--set-string`, `--set-file` and `--set-literal`.
 * @throws ChartError ValuesInvalid with Helm's words
 */
export function mergeValues(sources: ValueSources, base: ValueMap = table()): ValueMap {
  let values = copyTable(base);
  for (const { name, text } of sources.files ?? [])
    values = mergeTables(
      values,
      trying(`failed to parse ${name}: `, () => loadValues(text)),
    );
  for (const text of sources.setJson ?? []) values = withJson(values, text);
  for (const [option, texts, kind] of setters(sources))
    for (const text of texts) trying(`failed parsing --${option} data: `, () => parseSet(text, values, kind));
  return values;
}

function setters(sources: ValueSources): [string, string[], SetKind][] {
  const { set = [], setString = [], setFile = [], setLiteral = [], fileTexts = {} } = sources;
  const read = (path: string) => {
    const text = Object.hasOwn(fileTexts, path) ? fileTexts[path] : undefined;
    if (text === undefined) throw new Error(`open ${path}: no such file or directory`);
    return text;
  };
  return [
    ['set', set, { name: 'set' }],
    ['set-string', setString, { name: 'string' }],
    ['set-file', setFile, { name: 'file', read }],
    ['set-literal', setLiteral, { name: 'literal' }],
  ];
}

function withJson(values: ValueMap, text: string): ValueMap {
  if (!text.trim().startsWith('{')) {
    const message = `failed parsing --set-json data ${text}`;
    trying(message, () => parseSet(text, values, { name: 'json' }), true);
    return values;
  }
  const json = trying(
    `failed parsing --set-json data JSON: ${text}`,
    () => {
      const value: ChartValue = readJson(text.trim());
      if (!isTable(value)) throw new Error('no object');
      return value;
    },
    true,
  );
  return mergeTables(values, json);
}

/** Paths of files that a `--set-file` expression reads. */
export function pathsOfSetFile(expression: string): string[] {
  const paths: string[] = [];
  const read = (path: string) => {
    paths.push(path);
    return '';
  };
  trying('failed parsing --set-file data: ', () => parseSet(expression, table(), { name: 'file', read }));
  return paths;
}

/** `isWhole`: the message says all; what went wrong in detail is not added, as in Helm. */
function trying<T>(message: string, work: () => T, isWhole = false): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ChartError && error.code !== 'YamlInvalid') throw error;
    throw new ChartError(
      'ValuesInvalid',
      'values',
      isWhole ? message : `${message}${(error as Error).message}`,
    );
  }
}
