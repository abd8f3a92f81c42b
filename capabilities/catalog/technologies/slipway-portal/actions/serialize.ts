import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { isRecord } from '@slipway/api/json-schema';
import { dump, load } from 'js-yaml';
import type { LocalAction } from './action.ts';
import { inWorkspace } from './paths.ts';

const DATA = { type: 'object', required: ['data'], properties: { data: {}, options: { type: 'object' } } };

/** Roadie's, which many templates use: data as YAML. */
export const serializeYaml: LocalAction = {
  id: 'roadiehq:utils:serialize:yaml',
  description: 'Gives data as YAML.',
  local: true,
  input: DATA,
  output: { serialized: 'the YAML' },
  run: async ({ input, output }) => output('serialized', dump(input.data)),
};

export const serializeJson: LocalAction = {
  id: 'roadiehq:utils:serialize:json',
  description: 'Gives data as JSON.',
  local: true,
  input: DATA,
  output: { serialized: 'the JSON' },
  run: async ({ input, output }) => output('serialized', JSON.stringify(input.data, undefined, 2)),
};

export const fsWrite: LocalAction = {
  id: 'roadiehq:utils:fs:write',
  description: 'Writes a file of the workspace.',
  local: true,
  input: {
    type: 'object',
    required: ['path', 'content'],
    properties: {
      path: { type: 'string' },
      content: { type: 'string' },
      preserveFormatting: { type: 'boolean' },
    },
  },
  output: { path: 'the file' },
  run: async ({ input, workspace, output, log }) => {
    await write(inWorkspace(workspace, input.path, 'path'), String(input.content));
    output('path', input.path);
    log(`wrote ${input.path}`);
  },
};

export const fsAppend: LocalAction = {
  id: 'roadiehq:utils:fs:append',
  description: 'Adds text to the end of a file of the workspace.',
  local: true,
  input: {
    type: 'object',
    required: ['path', 'content'],
    properties: { path: { type: 'string' }, content: { type: 'string' } },
  },
  output: { path: 'the file' },
  run: async ({ input, workspace, output, log }) => {
    const path = inWorkspace(workspace, input.path, 'path');
    const before = await readFile(path, 'utf8').catch(() => '');
    await write(path, before + String(input.content));
    output('path', input.path);
    log(`added to ${input.path}`);
  },
};

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** Merges data into a JSON or YAML file: maps grow, everything else is replaced. */
export const mergeData: LocalAction = {
  id: 'roadiehq:utils:merge',
  description: 'Merges data into a JSON or YAML file of the workspace.',
  local: true,
  input: {
    type: 'object',
    required: ['path', 'content'],
    properties: { path: { type: 'string' }, content: { type: ['object', 'string'] } },
  },
  output: { path: 'the file' },
  run: async ({ input, workspace, output, log }) => {
    const path = inWorkspace(workspace, input.path, 'path');
    const text = await readFile(path, 'utf8').catch(() => {
      throw new SlipwayError('SourceUnknown', `roadiehq:utils:merge: ${input.path}: no such file`);
    });
    const content: unknown = typeof input.content === 'string' ? load(input.content) : input.content;
    const merged = merge(load(text), content);
    await write(path, path.endsWith('.json') ? `${JSON.stringify(merged, undefined, 2)}\n` : dump(merged));
    output('path', input.path);
    log(`merged into ${input.path}`);
  },
};

function merge(a: unknown, b: unknown): unknown {
  if (!isRecord(a) || !isRecord(b)) return b === undefined ? a : b;
  const merged = { ...a };
  for (const [key, value] of Object.entries(b)) merged[key] = merge(a[key], value);
  return merged;
}
