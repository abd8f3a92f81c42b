import { SlipwayError } from '@slipway/api';
import type { LocalAction, OuterAction } from './action.ts';
import { filesOf } from './files-of.ts';

export const debugLog: LocalAction = {
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

export const debugWait: OuterAction = {
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
  run: async ({ input, state, signal, log }) => {
    const ms = waitOf(input);
    log(`waiting ${ms} ms`);
    await state.ports.clock.sleep(ms, signal);
  },
  rehearse: async ({ input, log }) => log(`would wait ${waitOf(input)} ms`),
};

function waitOf(input: Record<string, unknown>): number {
  const { minutes = 0, seconds = 0, milliseconds = 0 } = input as Record<string, number>;
  const ms = minutes * 60_000 + seconds * 1000 + milliseconds || 1000;
  if (ms > LONGEST_WAIT_MS)
    throw new SlipwayError('InvalidInput', `debug:wait: ${ms} ms; at most ${LONGEST_WAIT_MS} are allowed`);
  return ms;
}
