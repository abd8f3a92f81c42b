import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Platform, startPlatform } from '../test/platform-process.ts';
import { memoryOf, rest } from './memory.ts';
import type { Series } from './statistics.ts';

const ROUNDS = 5;
const definition = (blueprint: string) => `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: slipway }
spec: { blueprint: ${blueprint} }
`;

/**
 * The blueprint `golden-path` applied where there was nothing, where `minimal` runs (its further tools start with the
 * next start, which is counted), and once more when nothing changes; and the memory that it takes then.
 */
export async function benchApply(): Promise<Series[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  const minimal = join(folder, 'minimal.yaml');
  const golden = join(folder, 'golden-path.yaml');
  await writeFile(minimal, definition('minimal'));
  await writeFile(golden, definition('golden-path'));
  const fresh: number[] = [];
  const over: number[] = [];
  const again: number[] = [];
  const memory: number[] = [];
  const timed = async <T>(into: number[], work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    into.push(performance.now() - began);
    return result;
  };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const platform = await timed(fresh, () => startPlatform({ args: ['-f', golden] }));
      await rest();
      memory.push(memoryOf(platform.report.pid));
      await timed(again, () => platform.cli(['apply', '-f', golden]));
      await platform.stop();
      await overMinimal(minimal, platform => timed(over, () => applyAndRestart(platform, golden)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const against = { name: 'goal', value: 3000 };
  return [
    { name: 'golden-path on an empty folder → ready', unit: 'ms', values: fresh, against },
    { name: 'golden-path over minimal: apply, stop, start → ready', unit: 'ms', values: over, against },
    { name: 'golden-path applied once more', unit: 'ms', values: again, against },
    { name: 'memory 5 s after ready', unit: 'MB', values: memory, against: { name: 'goal', value: 200 } },
  ];
}

async function overMinimal(file: string, work: (platform: Platform) => Promise<unknown>): Promise<void> {
  const args = ['-f', file];
  const platform = await startPlatform({ args });
  // What was applied is what the next start takes.
  args.length = 0;
  await work(platform);
  await platform.stop();
}

async function applyAndRestart(platform: Platform, file: string): Promise<void> {
  await platform.cli(['apply', '-f', file]);
  await platform.crash();
  await platform.restart();
  const { components } = platform.report;
  if (!components.some(each => each.capability === 'developer-portal'))
    throw new Error('bench apply: the platform started without the portal of golden-path');
}
