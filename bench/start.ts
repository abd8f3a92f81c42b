import { type Platform, startPlatform } from '../test/platform-process.ts';
import { memoryOf, mostMemoryOf, rest } from './memory.ts';
import type { Series } from './statistics.ts';

const RUNS = 5;
const OBJECTS = 1000;

/** Start to ready by an outside clock, empty and with objects, and memory at rest. */
export async function benchStart(): Promise<Series[]> {
  const empty: number[] = [];
  const filled: number[] = [];
  const memory: number[] = [];
  const first: number[] = [];
  const firstMemory: number[] = [];
  const began = performance.now();
  const platform = await startPlatform();
  first.push(performance.now() - began);
  await rest();
  firstMemory.push(memoryOf(platform.report.pid));
  // The machine's own base image is made in these seconds.
  await rest();
  const most = mostMemoryOf(platform.report.pid);
  for (let run = 0; run < RUNS; run++) empty.push(await again(platform));
  await rest();
  memory.push(memoryOf(platform.report.pid));
  await fill(platform);
  for (let run = 0; run < RUNS; run++) filled.push(await again(platform));
  await platform.stop();
  return [
    { name: 'first start → ready', unit: 'ms', values: first },
    { name: 'start → ready, empty', unit: 'ms', values: empty, against: { name: 'goal', value: 2000 } },
    {
      name: `start → ready, ${OBJECTS} objects`,
      unit: 'ms',
      values: filled,
      against: { name: 'goal', value: 2000 },
    },
    {
      name: 'memory 5 s after the first start',
      unit: 'MB',
      values: firstMemory,
      against: { name: 'goal', value: 200 },
    },
    ...(most === undefined
      ? []
      : [{ name: 'most memory in the first 10 s, with libraries', unit: 'MB', values: [most] }]),
    { name: 'memory 5 s after ready', unit: 'MB', values: memory, against: { name: 'goal', value: 200 } },
  ];
}

async function again(platform: Platform): Promise<number> {
  await platform.crash();
  const began = performance.now();
  await platform.restart();
  return performance.now() - began;
}

async function fill(platform: Platform): Promise<void> {
  const items = Array.from({ length: OBJECTS }, (_each, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `filled-${index}`, namespace: 'default' },
    data: { text: 'x'.repeat(512) },
  }));
  await platform.kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}
