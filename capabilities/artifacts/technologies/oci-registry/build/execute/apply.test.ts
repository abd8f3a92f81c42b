import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunConfig } from '@slipway/oci';
import { parseDockerfile } from '../dockerfile/parse.ts';
import { applyInstruction } from './apply.ts';
import { emptyState } from './state.ts';

const SECOND = 1e9;
const context = { buildArgs: {}, globals: new Map(), platformArgs: new Map() };

function configOf(text: string, base: RunConfig = {}): RunConfig {
  const state = { ...emptyState(), config: structuredClone(base) };
  for (const instruction of parseDockerfile(text)) applyInstruction(state, instruction, context);
  return state.config;
}

// What podman's builder does not keep on scratch, so that it is no oracle for it (see podman-oracle.test.ts).
const rows: { text: string; base?: RunConfig; expected: Partial<RunConfig>; because: string }[] = [
  {
    text: 'SHELL ["/bin/bash", "-c"]\nCMD run it',
    expected: { Shell: ['/bin/bash', '-c'], Cmd: ['/bin/bash', '-c', 'run it'] },
    because: 'the shell form runs in the SHELL before it',
  },
  {
    text: 'CMD run it\nSHELL ["/bin/bash", "-c"]',
    expected: { Cmd: ['/bin/sh', '-c', 'run it'] },
    because: 'a later SHELL changes nothing before it',
  },
  {
    text: 'HEALTHCHECK --interval=5s --timeout=1m30s --start-period=1h --retries=4 CMD curl -f http://localhost/',
    expected: {
      Healthcheck: {
        Test: ['CMD-SHELL', 'curl -f http://localhost/'],
        ...{ Interval: 5 * SECOND, Timeout: 90 * SECOND, StartPeriod: 3600 * SECOND, Retries: 4 },
      },
    },
    because: 'durations are nanoseconds',
  },
  {
    text: 'HEALTHCHECK CMD ["check", "it"]',
    expected: { Healthcheck: { Test: ['CMD', 'check', 'it'] } },
    because: 'the exec form has no shell',
  },
  {
    text: 'HEALTHCHECK NONE',
    base: { Healthcheck: { Test: ['CMD', 'x'] } },
    expected: { Healthcheck: { Test: ['NONE'] } },
    because: 'NONE takes the base’s check away',
  },
  {
    text: 'ONBUILD COPY . /later\nONBUILD RUN make',
    expected: { OnBuild: ['COPY . /later', 'RUN make'] },
    because: 'they wait for the next build, in order',
  },
  {
    text: 'ENTRYPOINT ["/run"]',
    base: { Cmd: ['base'] },
    expected: { Entrypoint: ['/run'], Cmd: undefined as never },
    because: 'the base’s CMD was meant for the base’s ENTRYPOINT',
  },
  {
    text: 'CMD ["own"]\nENTRYPOINT ["/run"]',
    base: { Cmd: ['base'] },
    expected: { Entrypoint: ['/run'], Cmd: ['own'] },
    because: 'an own CMD stays, in whichever order',
  },
];
for (const { text, base, expected, because } of rows) {
  test(`applyInstruction() ${JSON.stringify(text)}: ${because}`, () => {
    const config = configOf(text, base);
    for (const [field, value] of Object.entries(expected)) {
      assert.deepEqual(config[field as keyof RunConfig], value, field);
    }
  });
}
