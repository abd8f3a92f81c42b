import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from '../test/on-path.ts';
import { selfSigned } from '../test/self-signed.ts';
import type { Load } from './load.ts';
import { type RunningProxy, startOwnProxy, startPeers, startWorker } from './proxies.ts';
import { median, type Series } from './statistics.ts';
import { wrk } from './wrk.ts';

const CONNECTIONS = [1, 32, 256];
const ROUNDS = 3;
const SECONDS = 3;

/**
 * Our gateway and its peers before one backend that answers 1 KiB: TLS, HTTP/1.1 kept alive, in alternation. Client,
 * proxy and backend share the machine, so ratios count. "Added" is latency above that without a proxy (and without TLS).
 */
export async function benchProxies(): Promise<Series[]> {
  if (!onPath('wrk')) return [{ name: 'wrk is not installed: nothing measured', unit: '', values: [] }];
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-proxies-'));
  const backend = await startWorker(new URL('./backend-worker.ts', import.meta.url), []);
  const started: RunningProxy[] = [];
  try {
    const { cert, key } = await selfSigned({ names: ['localhost'] });
    await writeFile(join(folder, 'cert.pem'), cert);
    await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
    await writeFile(join(folder, 'both.pem'), cert + key, { mode: 0o600 });
    const own = await startOwnProxy({ folder, backend: backend.port });
    started.push(own);
    const { running, missing } = await startPeers({ folder, backend: backend.port });
    started.push(...running);
    const series: Series[] = [];
    for (const connections of CONNECTIONS) {
      series.push(...(await measure({ connections, backend: backend.port, proxies: started })));
    }
    for (const proxy of started) {
      series.push({ name: `${proxy.name}: memory after`, unit: 'MB', values: [await memoryOf(proxy.pid)] });
    }
    return [...series, ...missing.map(name => ({ name: `${name} is not installed`, unit: '', values: [] }))];
  } finally {
    for (const proxy of started) proxy.stop();
    backend.child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure({
  connections,
  backend,
  proxies,
}: {
  connections: number;
  backend: number;
  proxies: RunningProxy[];
}): Promise<Series[]> {
  const targets = [
    { name: 'direct', url: `http://127.0.0.1:${backend}/` },
    ...proxies.map(({ name, port }) => ({ name, url: `https://localhost:${port}/` })),
  ];
  const loads = new Map<string, Load[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, url } of targets)
      loads.get(name)?.push(await wrk(url, { connections, seconds: SECONDS }));
  }
  return targets.flatMap(({ name }) => rows({ name, connections, loads }));
}

/** Throughput and latency of one target; ours beside Caddy, the peer it has to keep up with. */
function rows({
  name,
  connections,
  loads,
}: {
  name: string;
  connections: number;
  loads: Map<string, Load[]>;
}): Series[] {
  const column = (target: string, key: keyof Load) => (loads.get(target) ?? []).map(load => load[key]);
  const against = (value: number) =>
    name === 'Slipway' && loads.has('Caddy') ? { against: { name: 'Caddy', value } } : {};
  const added = (target: string, key: 'p50' | 'p99') => {
    const direct = median(column('direct', key));
    return column(target, key).map(value => value - direct);
  };
  const what = `${name}, ${connections} connections`;
  const throughput = {
    name: what,
    unit: '/s',
    values: column(name, 'perSecond'),
    ...against(median(column('Caddy', 'perSecond'))),
  };
  if (name === 'direct') return [throughput];
  const latencies = (['p50', 'p99'] as const).map(key => ({
    name: `${what}: added ${key}`,
    unit: 'ms',
    values: added(name, key),
    ...against(median(added('Caddy', key))),
  }));
  return [throughput, ...latencies];
}

async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
