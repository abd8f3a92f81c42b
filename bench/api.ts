import { readFile } from 'node:fs/promises';
import { startPlatform } from '../test/platform-process.ts';
import { type Load, load, type Target, watchLatency } from './load.ts';
import type { Series } from './statistics.ts';

const ROUNDS = 3;
const MS = 2000;

/** Creates and reads of 1 KiB ConfigMaps over TLS, in this process's own client. */
export async function benchApi(): Promise<Series[]> {
  const platform = await startPlatform();
  const config = JSON.parse(await readFile(platform.report.kubeconfig, 'utf8'));
  const target: Target = {
    port: Number(new URL(platform.report.api).port),
    host: 'localhost',
    ca: await readFile(platform.report.ca, 'utf8'),
    headers: { authorization: `Bearer ${config.users[0].user.token}` },
  };
  const path = '/api/v1/namespaces/default/configmaps';
  const series: Series[] = [];
  for (const connections of [1, 16]) {
    const creates: Load[] = [];
    const gets: Load[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const name = (index: number) => `bench-${connections}-${round}-${index}`;
      creates.push(
        await load(target, { connections, ms: MS }, index => ({
          method: 'POST',
          path,
          body: configMap(name(index)),
        })),
      );
      gets.push(
        await load(target, { connections, ms: MS }, () => ({ method: 'GET', path: `${path}/${name(0)}` })),
      );
    }
    series.push(
      ...rows(`create, ${connections} connections`, creates),
      ...rows(`get, ${connections} connections`, gets),
    );
  }
  for (const watchers of [1, 100]) {
    const values = await watchLatency(target, { watchers, writes: 100, path }, index => {
      const name = `watched-${watchers}-${index}`;
      return { name, body: configMap(name) };
    });
    series.push({ name: `write → seen, ${watchers} watches`, unit: 'ms', values });
  }
  await platform.stop();
  return series;
}

function rows(name: string, loads: Load[]): Series[] {
  return [
    { name, unit: '/s', values: loads.map(each => each.perSecond) },
    { name: `${name}, p99`, unit: 'ms', values: loads.map(each => each.p99) },
  ];
}

function configMap(name: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { text: 'x'.repeat(1024) },
  });
}
