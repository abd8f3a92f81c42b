// The real Prometheus: it scrapes what is there, itself first, and says what is not.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePorts } from '../plain-process.ts';
import { eventually } from '../platform-process.ts';
import { noTools } from '../tools/cache.ts';
import { type Prometheus, startPrometheus } from '../tools/prometheus.ts';

const skip = noTools('prometheus');
const TIMEOUT_MS = 20_000;
let folder: string;
let scraped: Server;
let prometheus: Prometheus | undefined;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-prometheus-'));
  const [port, nobody] = await freePorts(2);
  scraped = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/plain; version=0.0.4').end('orders_total{shop="north"} 42\n');
  }).listen(port, '127.0.0.1');
  const job = (name: string, at: number | undefined) => ({
    job_name: name,
    scrape_interval: '1s',
    static_configs: [{ targets: [`127.0.0.1:${at}`] }],
  });
  prometheus = await startPrometheus(folder, { scrape_configs: [job('shop', port), job('gone', nobody)] });
});
after(async () => {
  await prometheus?.stop();
  scraped.close();
  scraped.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

test('what a target tells can be asked for', { skip }, async () => {
  const found = await eventually(
    'scraped',
    TIMEOUT_MS,
    async () => (await prometheus?.query('orders_total'))?.[0],
  );
  assert.deepEqual([found.metric.shop, found.metric.job, found.value], ['north', 'shop', 42]);
});

test('a target that does not answer is down', { skip }, async () => {
  const down = await eventually(
    'known',
    TIMEOUT_MS,
    async () => (await prometheus?.query('up{job="gone"}'))?.[0],
  );
  assert.equal(down.value, 0);
});
