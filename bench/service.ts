import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, startPlatform } from '../test/platform-process.ts';
import type { Series } from './statistics.ts';

const CREATES = 3;
const PUSHES = 5;

/** From nothing to a live service, and from a push to its version being live. */
export async function benchService(): Promise<Series[]> {
  const platform = await startPlatform();
  const create: number[] = [];
  const push: number[] = [];
  let repository = '';
  let url = '';
  for (let run = 0; run < CREATES; run++) {
    const began = performance.now();
    const report = await platform.json<{ repository: string; environments: { url: string }[] }>([
      'service',
      'create',
      '--name',
      `bench-${run}`,
      '--wait',
    ]);
    create.push(performance.now() - began);
    repository = report.repository;
    url = report.environments[0]?.url ?? '';
  }
  const clone = join(platform.home, 'clone');
  await platform.git(['clone', '--quiet', repository, clone]);
  for (let run = 1; run <= PUSHES; run++) {
    const version = `7.${run}.0`;
    const path = join(clone, 'package.json');
    await writeFile(
      path,
      JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), version }, undefined, 2),
    );
    await platform.git(['commit', '--quiet', '--all', '--message', version], clone);
    const began = performance.now();
    await platform.git(['push', '--quiet'], clone);
    await eventually(`version ${version} is live`, 120_000, async () =>
      (await platform.fetch(url)).body.includes(version) ? true : undefined,
    );
    push.push(performance.now() - began);
  }
  await platform.stop();
  return [
    { name: 'service create → live', unit: 'ms', values: create, against: { name: 'goal', value: 10_000 } },
    { name: 'git push → live', unit: 'ms', values: push, against: { name: 'goal', value: 5_000 } },
  ];
}
