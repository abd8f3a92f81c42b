// The registry beside its peers: `node capabilities/artifacts/bench.ts` prints one JSON line for each row.
import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { openBlobStore } from '@slipway/oci';
import { registryHandler } from './technologies/oci-registry/http/handler.ts';
import { openRegistry } from './technologies/oci-registry/open-registry.ts';

const MIB = 1 << 20;
const agent = new Agent({ keepAlive: true });
const user = { username: 'bench', groups: [] };

interface Answer {
  status: number;
  location: string;
  bytes: number;
}

async function start(folder: string): Promise<{ port: number }> {
  const data = {
    path: folder,
    folder: async (name: string) => {
      await mkdir(join(folder, name), { recursive: true });
      return { path: join(folder, name), folder: data.folder };
    },
  };
  const opened = await openRegistry({
    data,
    blobs: await openBlobStore(join(folder, 'blobs')),
    clock: systemClock,
    random: systemRandom,
    limits: { blobBytes: 10 ** 10, uploadAgeMs: 86_400_000, orphanAgeMs: 3_600_000 },
  });
  const handler = registryHandler({
    ...opened,
    rights: { identify: async () => user, allows: async () => true },
    record: async () => {},
    log: silentLog,
    limit: 10 ** 10,
  });
  const server = createServer((incoming, outgoing) => void handler(incoming, outgoing));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
}

function call(port: number, method: string, path: string, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': body?.length ?? 0 };
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, agent, headers },
      (answer: IncomingMessage) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '', bytes }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function push(port: number, content: Buffer): Promise<string> {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const begun = await call(port, 'POST', '/v2/acme/bench/blobs/uploads/');
  const done = await call(port, 'PUT', withDigest(begun.location, digest), content);
  if (done.status !== 201) throw new Error(`push: status ${done.status}`);
  return digest;
}

/** Peers answer with whole URLs that have a query already. */
function withDigest(location: string, digest: string): string {
  const url = new URL(location, 'http://registry');
  url.searchParams.set('digest', digest);
  return url.pathname + url.search;
}

function report(what: string, unit: string, values: number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, median, max] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].map(value =>
    Math.round(value ?? 0),
  );
  process.stdout.write(`${JSON.stringify({ what, unit, median, min, max, n: values.length })}\n`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

async function large(port: number): Promise<void> {
  const pushes: number[] = [];
  const pulls: number[] = [];
  for (let round = 0; round < 7; round++) {
    const content = randomBytes(100 * MIB);
    let digest = '';
    pushes.push(100 / (await timed(async () => (digest = await push(port, content)))));
    for (let i = 0; i < 2; i++)
      pulls.push(100 / (await timed(() => call(port, 'GET', `/v2/acme/bench/blobs/${digest}`))));
  }
  report('push of a 100 MiB blob', 'MiB/s', pushes);
  report('pull of a 100 MiB blob', 'MiB/s', pulls);
}

async function small(port: number, connections: number): Promise<void> {
  const pushes: number[] = [];
  const pulls: number[] = [];
  for (let round = 0; round < 3; round++) {
    const contents = Array.from({ length: 1000 }, () => randomBytes(1024));
    const digests: string[] = [];
    const each = async (work: (content: Buffer, i: number) => Promise<unknown>) => {
      let next = 0;
      const lane = async () => {
        for (let i = next++; i < contents.length; i = next++) await work(contents[i] as Buffer, i);
      };
      await Promise.all(Array.from({ length: connections }, lane));
    };
    pushes.push(
      1000 / (await timed(() => each(async (content, i) => (digests[i] = await push(port, content))))),
    );
    pulls.push(
      1000 / (await timed(() => each((_, i) => call(port, 'GET', `/v2/acme/bench/blobs/${digests[i]}`)))),
    );
  }
  report(`1 KiB blobs pushed, ${connections} connection(s)`, '1/s', pushes);
  report(`1 KiB blobs pulled, ${connections} connection(s)`, '1/s', pulls);
}

/** As a registry is used: its clients are other processes. */
async function startProcess(folder: string): Promise<{ port: number; stop(): void }> {
  const child = fork(fileURLToPath(import.meta.url), ['serve', folder]);
  const port = await new Promise<number>(resolve =>
    child.once('message', message => resolve(Number(message))),
  );
  return { port, stop: () => child.kill() };
}

async function bench(): Promise<void> {
  // A peer that runs already: `bench.ts <port>`.
  if (mode !== undefined) return measure(Number(mode));
  const folder = await mkdtemp(join(tmpdir(), 'slipway-registry-bench-'));
  const server = await startProcess(folder);
  try {
    await measure(server.port);
  } finally {
    server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(port: number): Promise<void> {
  await large(port);
  await small(port, 1);
  await small(port, 16);
  agent.destroy();
}

const [mode, served = ''] = process.argv.slice(2);
if (mode === 'serve') process.send?.((await start(served)).port);
if (mode !== 'serve') await bench();
