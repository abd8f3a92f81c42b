import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, type Platform, startPlatform } from '../test/platform-process.ts';
import { load } from './load.ts';
import type { Series } from './statistics.ts';

const ROUNDS = 3;
const GOAL = { name: 'goal', value: 20 };
const OBJECTS = 10_000;
const LIST = '/api/v1/namespaces/default/configmaps';

/** The longest time in which the platform's main thread takes no turn, while it does this and that. */
export async function benchLoop(): Promise<Series[]> {
  const file = join(tmpdir(), `slipway-bench-loop-${process.pid}`);
  const probe = new URL('./loop-probe.ts', import.meta.url).href;
  const env = { NODE_OPTIONS: `--import ${probe}`, SLIPWAY_BENCH_LOOP: file };
  const platform = await startPlatform({ env });
  const longest = async (name: string, work: (round: number) => Promise<unknown>): Promise<Series[]> => {
    const values: Blocks[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await ask(platform, file);
      await work(round);
      values.push(await ask(platform, file));
    }
    return [
      { name, unit: 'ms', values: values.map(each => each.longest), against: GOAL },
      { name: `${name}, computing`, unit: 'ms', values: values.map(each => each.busiest), against: GOAL },
    ];
  };
  const raw = (path: string) => platform.kubectl(['get', '--raw', path]);
  const series = [
    await longest('idle, 3 s', () => new Promise(resolve => setTimeout(resolve, 3000))),
    await longest('discovery and explain, no cache', round =>
      platform.kubectl(['explain', 'deployment', '--cache-dir', join(platform.home, `cache-${round}`)]),
    ),
    await longest('OpenAPI v2', () => raw('/openapi/v2')),
    await longest('apply of a CRD of 500 kB', round =>
      platform.kubectl(['apply', '--server-side', '-f', '-'], largeDefinition(round)),
    ),
    await longest('service create', round =>
      platform.cli(['service', 'create', '--name', `loop-${round}`, '--wait']),
    ),
  ];
  await fill(platform);
  series.push(
    await longest(`list of ${OBJECTS} ConfigMaps`, () => raw(LIST)),
    await longest(`Table of ${OBJECTS} ConfigMaps`, () => platform.kubectl(['get', 'configmaps'])),
  );
  await platform.stop();
  await rm(file, { force: true });
  return series.flat();
}

export interface Blocks {
  longest: number;
  busiest: number;
}

/** What the probe says since it was last asked, in milliseconds. */
export async function ask(platform: Platform, file: string): Promise<Blocks> {
  await rm(file, { force: true });
  process.kill(platform.report.pid, 'SIGUSR2');
  const text = await eventually('the probe answers', 10_000, () =>
    readFile(file, 'utf8').catch(() => undefined),
  );
  return JSON.parse(text);
}

function largeDefinition(round: number): string {
  const part = { type: 'object', properties: { text: { type: 'string', description: 'x'.repeat(200) } } };
  const properties = Object.fromEntries(
    Array.from({ length: 1800 }, (_each, index) => [`part${index}`, part]),
  );
  return JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `larges.loop${round}.example.com` },
    spec: {
      group: `loop${round}.example.com`,
      names: { plural: 'larges', kind: 'Large' },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties } },
        },
      ],
    },
  });
}

async function fill(platform: Platform): Promise<void> {
  const config = JSON.parse(await readFile(platform.report.kubeconfig, 'utf8'));
  const target = {
    port: Number(new URL(platform.report.api).port),
    host: 'localhost',
    ca: await readFile(platform.report.ca, 'utf8'),
    headers: { authorization: `Bearer ${config.users[0].user.token}` },
  };
  let made = 0;
  while (made < OBJECTS) {
    await load(target, { connections: 16, ms: 1000 }, () => {
      const index = made++;
      if (index >= OBJECTS) return { method: 'GET', path: '/version' };
      const object = { metadata: { name: `filled-${index}` }, data: { text: 'x'.repeat(1024) } };
      return { method: 'POST', path: LIST, body: JSON.stringify(object) };
    });
  }
}
