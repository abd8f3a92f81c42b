import { SlipwayError } from '@slipway/api';
import { dump, load } from 'js-yaml';
import type { Action } from './action.ts';
import { filesOf } from './fetch.ts';

export const debugLog: Action = {
  id: 'debug:log',
  description: 'Writes a line into the run’s log.',
  local: true,
  input: {
    type: 'object',
    properties: { message: {}, listWorkspace: { type: ['boolean', 'string'] }, extra: {} },
  },
  run: async ({ input, workspace, log }) => {
    const { message, extra, listWorkspace } = input;
    if (message !== undefined) log(typeof message === 'string' ? message : JSON.stringify(message));
    if (extra !== undefined) log(JSON.stringify(extra));
    if (listWorkspace) for (const file of await filesOf(workspace)) log(`  - ${file}`);
  },
};

const LONGEST_WAIT_MS = 600_000;

export const debugWait: Action = {
  id: 'debug:wait',
  description: 'Waits.',
  local: false,
  input: {
    type: 'object',
    properties: {
      minutes: { type: 'number' },
      seconds: { type: 'number' },
      milliseconds: { type: 'number' },
    },
  },
  run: async ({ input, state, signal }) => {
    const { minutes = 0, seconds = 0, milliseconds = 0 } = input as Record<string, number>;
    const ms = minutes * 60_000 + seconds * 1000 + milliseconds || 1000;
    if (ms > LONGEST_WAIT_MS)
      throw new SlipwayError('InvalidInput', `debug:wait: ${ms} ms; at most ${LONGEST_WAIT_MS} are allowed`);
    await state.ports.clock.sleep(ms, signal);
  },
};

/** CNOE's: a YAML document without its empty parts. */
export const cnoeSanitize: Action = {
  id: 'cnoe:utils:sanitize',
  description: 'Removes empty fields from a YAML document.',
  local: true,
  input: { type: 'object', required: ['document'], properties: { document: { type: 'string' } } },
  run: async ({ input, output }) => {
    output('sanitized', dump(withoutEmpty(load(String(input.document)))));
  },
};

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty).filter(item => !isEmpty(item));
  if (!value || typeof value !== 'object') return value;
  const fields = Object.entries(value).map(([key, item]): [string, unknown] => [key, withoutEmpty(item)]);
  return Object.fromEntries(fields.filter(([, item]) => !isEmpty(item)));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
