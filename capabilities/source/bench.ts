// The Git server beside Gitea's figures: `node capabilities/source/bench.ts`, or `npm run bench -- source`.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, type Target } from '../../bench/load.ts';
import { type Series, table } from '../../bench/statistics.ts';
import { gitClient } from './git-client.fixture.ts';
import { restClient } from './technologies/gitea/rest-client.fixture.ts';
import { type ServerProcess, startServerProcess } from './technologies/gitea/server-process.fixture.ts';

const RUNS = 20;
const ROUNDS = 3;
const FILES = 100;

/** Gitea 1.26 with SQLite, measured on a machine of this size; reached as here: HTTP with a token. */
const GITEA = {
  clone: 41,
  push: 300,
  lsRemote: 18,
  create: 49.5,
  initialized: 3.4,
  repository: 280,
  contents: 140,
  rss: 207,
};

/** Clone, push and REST of a repository of 100 small files, against a server in a process of its own. */
export async function benchSource(): Promise<Series[]> {
  const work = await mkdtemp(join(tmpdir(), 'slipway-source-bench-'));
  const server = await startServerProcess();
  try {
    return [
      ...(await benchGit(server, work)),
      ...(await benchCreate(server)),
      ...(await benchReads(server)),
      await memory(server),
    ];
  } finally {
    const ended = once(server.child, 'exit');
    server.child.kill('SIGKILL');
    await ended;
    await rm(work, { recursive: true, force: true });
    await rm(server.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function benchGit(server: ServerProcess, work: string): Promise<Series[]> {
  const { git, commit } = gitClient(server);
  const url = `${server.url}/default/victim.git`;
  const copy = join(work, 'copy');
  await git(['clone', '--quiet', url, copy]);
  const files = Array.from({ length: FILES }, (_, index) => [
    `src/${index}.txt`,
    `file ${index}\n`.repeat(20),
  ]);
  await commit(copy, Object.fromEntries(files));
  await git(['push', '--quiet'], copy);
  const disk = `file://${join(server.repositories, 'default/victim.git')}`;
  const cloneOf = (from: string) => (run: number) =>
    git(['clone', '--quiet', from, join(work, `${from === url ? 'clone' : 'disk'}-${run}`)]);
  const clone = await repeat(cloneOf(url));
  const cloneDisk = await repeat(cloneOf(disk));
  const lsRemote = await repeat(() => git(['ls-remote', url]));
  const lsDisk = await repeat(() => git(['ls-remote', disk]));
  const push: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await commit(copy, { 'src/0.txt': `change ${run}\n` });
    push.push(await timed(() => git(['push', '--quiet'], copy)));
  }
  return [
    row('git clone of 100 files', 'ms', clone, GITEA.clone),
    row('git push of a one-file commit', 'ms', push, GITEA.push),
    row('git ls-remote', 'ms', lsRemote, GITEA.lsRemote),
    // What git itself costs at this moment, without any server.
    { name: 'git clone of the same from the disk', unit: 'ms', values: cloneDisk },
    { name: 'git ls-remote from the disk', unit: 'ms', values: lsDisk },
  ];
}

async function benchCreate(server: ServerProcess): Promise<Series[]> {
  const rest = restClient({ url: server.url, ca: readFileSync(server.caFile, 'utf8') }, server.token);
  const rate = async (prefix: string, body: object): Promise<number[]> => {
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      for (let index = 0; index < 30; index++) {
        const { status } = await rest.post('/orgs/default/repos', {
          name: `${prefix}-${round}-${index}`,
          ...body,
        });
        if (status !== 201) throw new Error(`repository ${prefix}-${round}-${index}: ${status}`);
      }
      rates.push(30_000 / (performance.now() - began));
    }
    return rates;
  };
  const empty = await rate('empty', {});
  const initialized = await rate('init', { auto_init: true });
  rest.close();
  return [
    row('REST create a repository, 1 connection', '/s', empty, GITEA.create),
    row('REST create with auto_init, 1 connection', '/s', initialized, GITEA.initialized),
  ];
}

async function benchReads(server: ServerProcess): Promise<Series[]> {
  const target: Target = {
    port: Number(new URL(server.url).port),
    host: 'localhost',
    ca: readFileSync(server.caFile, 'utf8'),
    headers: { authorization: `token ${server.token}` },
  };
  const rates = async (path: string): Promise<number[]> => {
    const found: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { perSecond } = await load(target, { connections: 16, ms: 4_000 }, () => ({
        method: 'GET',
        path,
      }));
      found.push(perSecond);
    }
    return found;
  };
  return [
    row(
      'REST GET a repository, 16 connections',
      '/s',
      await rates('/api/v1/repos/default/victim'),
      GITEA.repository,
    ),
    row(
      'REST GET contents of a file, 16 connections',
      '/s',
      await rates('/api/v1/repos/default/victim/contents/src/1.txt'),
      GITEA.contents,
    ),
  ];
}

/** With the API server, its store and the gateway in the same process. */
async function memory({ child }: ServerProcess): Promise<Series> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN);
  return row('memory after all of it', 'MB', [kilobytes / 1024], GITEA.rss);
}

function row(name: string, unit: string, values: number[], gitea: number): Series {
  return { name, unit, values, against: { name: 'Gitea', value: gitea } };
}

async function repeat(work: (run: number) => Promise<unknown>): Promise<number[]> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run++) values.push(await timed(() => work(run)));
  return values;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

if (import.meta.main) process.stdout.write(`${table(await benchSource())}\n`);
