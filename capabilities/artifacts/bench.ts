// The registry beside its peers, in alternation: `node capabilities/artifacts/bench.ts` prints one JSON line for each row,
// with the ratio to a peer that is on PATH (`registry` or `docker-registry`, the distribution project's). The peers do not
// sync what they acknowledge; we do.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { openBlobStore } from '@slipway/oci';
import { registryHandler } from './technologies/oci-registry/http/handler.ts';
import { openRegistry } from './technologies/oci-registry/open-registry.ts';

const MIB = 1 << 20;
const ROUNDS = 5;
const SMALL_BLOBS = 500;
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

/** A registry that runs as a process of its own, and what it has shown so far: row → values. */
interface Contestant {
  name: string;
  port: number;
  child: ChildProcess;
  rows: Map<string, number[]>;
}

function note({ rows }: Contestant, row: string, value: number): void {
  const values = rows.get(row) ?? [];
  rows.set(row, [...values, value]);
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** One line for each row, and the ratio to each peer. */
function report([own, ...peers]: Contestant[]): void {
  for (const [row, values] of own?.rows ?? []) {
    const beside = peers.map(({ name, rows }) => {
      const theirs = median(rows.get(row) ?? []);
      return [name, { median: Math.round(theirs), ratio: Number((median(values) / theirs).toFixed(2)) }];
    });
    const spread = { min: Math.round(Math.min(...values)), max: Math.round(Math.max(...values)) };
    const line = { row, median: Math.round(median(values)), ...spread, n: values.length };
    process.stdout.write(`${JSON.stringify({ ...line, beside: Object.fromEntries(beside) })}\n`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

async function large(contestant: Contestant): Promise<void> {
  const { port } = contestant;
  const content = randomBytes(100 * MIB);
  let digest = '';
  const push100 = await timed(async () => {
    digest = await push(port, content);
  });
  note(contestant, 'push of a 100 MiB blob, MiB/s', 100 / push100);
  for (let i = 0; i < 2; i++) {
    const seconds = await timed(() => call(port, 'GET', `/v2/acme/bench/blobs/${digest}`));
    note(contestant, 'pull of a 100 MiB blob, MiB/s', 100 / seconds);
  }
}

async function small(contestant: Contestant, connections: number): Promise<void> {
  const { port } = contestant;
  const contents = Array.from({ length: SMALL_BLOBS }, () => randomBytes(1024));
  const digests: string[] = [];
  const each = async (work: (content: Buffer, i: number) => Promise<unknown>) => {
    let next = 0;
    const lane = async () => {
      for (let i = next++; i < contents.length; i = next++) await work(contents[i] as Buffer, i);
    };
    await Promise.all(Array.from({ length: connections }, lane));
  };
  const pushing = await timed(() =>
    each(async (content, i) => {
      digests[i] = await push(port, content);
    }),
  );
  const pulling = await timed(() => each((_, i) => call(port, 'GET', `/v2/acme/bench/blobs/${digests[i]}`)));
  note(contestant, `1 KiB blobs pushed on ${connections} connection(s), 1/s`, SMALL_BLOBS / pushing);
  note(contestant, `1 KiB blobs pulled on ${connections} connection(s), 1/s`, SMALL_BLOBS / pulling);
}

/** As a registry is used: its clients are other processes. */
async function startOwn(folder: string): Promise<Contestant> {
  const child = fork(fileURLToPath(import.meta.url), ['serve', folder]);
  const port = await new Promise<number>(resolve =>
    child.once('message', message => resolve(Number(message))),
  );
  return { name: 'slipway', port, child, rows: new Map() };
}

function onPath(command: string): string | undefined {
  const isProgram = (path: string) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map(folder => join(folder, command)).find(isProgram);
}

/** The distribution project's registry on files, without its access log. */
async function startPeer(folder: string): Promise<Contestant | undefined> {
  const command = ['registry', 'docker-registry'].map(onPath).find(path => path !== undefined);
  if (command === undefined) return undefined;
  const taken = createServer();
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await new Promise(resolve => taken.close(resolve));
  const config = `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${folder}/peer }, delete: { enabled: true } }
http: { addr: "127.0.0.1:${port}" }
`;
  await writeFile(join(folder, 'peer.yml'), config);
  const child = spawn(command, ['serve', join(folder, 'peer.yml')], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    const answer = await call(port, 'GET', '/v2/').catch(() => undefined);
    if (answer?.status === 200) return { name: 'distribution', port, child, rows: new Map() };
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  child.kill();
  throw new Error(`${command}: does not answer on port ${port}`);
}

async function memoryOf({ child }: Contestant): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-registry-bench-'));
  const contestants = [await startOwn(folder)];
  try {
    const peer = await startPeer(folder);
    if (peer) contestants.push(peer);
    if (!peer) process.stdout.write('{"peer":"neither registry nor docker-registry is on PATH"}\n');
    for (let round = 0; round < ROUNDS; round++) {
      for (const contestant of contestants) await large(contestant);
      for (const contestant of contestants) await small(contestant, 1);
      for (const contestant of contestants) await small(contestant, 16);
    }
    for (const contestant of contestants) note(contestant, 'memory after, MB', await memoryOf(contestant));
    report(contestants);
  } finally {
    agent.destroy();
    for (const { child } of contestants) child.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

const [mode, served = ''] = process.argv.slice(2);
if (mode === 'serve') process.send?.((await start(served)).port);
if (mode !== 'serve') await bench();
