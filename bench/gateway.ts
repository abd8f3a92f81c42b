import { readFile } from 'node:fs/promises';
import { onPath } from '../test/on-path.ts';
import { startPlatform } from '../test/platform-process.ts';
import { type Load, load, type Target } from './load.ts';
import type { Series } from './statistics.ts';
import { wrk } from './wrk.ts';

const ROUNDS = 3;
const MS = 3000;

/** wrk where it is installed: a client in Node costs more than the gateway. */
function once(target: Target, connections: number): Promise<Load> {
  if (!onPath('wrk')) return load(target, { connections, ms: MS }, () => ({ method: 'GET', path: '/' }));
  const { host, port } = target;
  return wrk(`https://127.0.0.1:${port}/`, { connections, seconds: MS / 1000, host });
}

/** Requests through the gateway to a service that answers a few bytes. */
export async function benchGateway(): Promise<Series[]> {
  const platform = await startPlatform();
  const report = await platform.json<{ environments: { url: string }[] }>([
    'service',
    'create',
    '--name',
    'gateway',
    '--wait',
  ]);
  const { port, hostname } = new URL(report.environments[0]?.url ?? '');
  const target: Target = {
    port: Number(port),
    host: hostname,
    ca: await readFile(platform.report.ca, 'utf8'),
    headers: {},
  };
  const series: Series[] = [];
  for (const connections of [1, 32]) {
    const loads: Load[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      loads.push(await once(target, connections));
    }
    series.push(
      {
        name: `through the gateway, ${connections} connections`,
        unit: '/s',
        values: loads.map(each => each.perSecond),
      },
      {
        name: `through the gateway, ${connections} connections, p50`,
        unit: 'ms',
        values: loads.map(each => each.p50),
      },
    );
  }
  await platform.stop();
  return series;
}
