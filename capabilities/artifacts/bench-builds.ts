// Image builds beside their peers, in alternation: `node capabilities/artifacts/bench-builds.ts` prints one JSON line for
// each row, with the ratio to Podman and Buildah where they are installed. All build on the same base, offline.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLog, systemClock } from '@slipway/api';
import { openSandbox } from '@slipway/sandbox';
import { readImage } from './technologies/oci-registry/build/serve-image.ts';
import { openTestbed } from './technologies/oci-registry/build/testbed.ts';

const run = promisify(execFile);
const ROUNDS = 5;
const DOCKERFILE = `FROM node
WORKDIR /app
COPY package.json ./
RUN node -e "require('fs').writeFileSync('made', 'made')"
COPY . .
`;

/** 52 files, 220 KB. */
async function writeSources(folder: string): Promise<void> {
  await mkdir(join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
  await writeFile(join(folder, 'package.json'), '{"name":"bench"}');
  for (let i = 0; i < 50; i++) await writeFile(join(folder, 'src', `${i}.js`), `${i}${'x'.repeat(4400)}`);
}

/** What builds a folder: ours, and the peers that are installed. */
interface Contestant {
  name: string;
  build(source: string): Promise<unknown>;
  rows: Map<string, number[]>;
}

function note({ rows }: Contestant, row: string, value: number): void {
  rows.set(row, [...(rows.get(row) ?? []), value]);
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function report([own, ...peers]: Contestant[]): void {
  for (const [row, values] of own?.rows ?? []) {
    const beside = peers
      .filter(({ rows }) => rows.has(row))
      .map(({ name, rows }) => {
        const theirs = median(rows.get(row) ?? []);
        return [name, { median: Math.round(theirs), ratio: Number((median(values) / theirs).toFixed(2)) }];
      });
    const spread = { min: Math.round(Math.min(...values)), max: Math.round(Math.max(...values)) };
    const line = { row, unit: 'ms', median: Math.round(median(values)), ...spread, n: values.length };
    process.stdout.write(`${JSON.stringify({ ...line, beside: Object.fromEntries(beside) })}\n`);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/**
 * Podman or Buildah with the very base that we build on, imported from its files. Undefined with a line that says why
 * when it is not installed or does not work here.
 */
async function peer(
  command: 'podman' | 'buildah',
  folder: string,
  base: string[],
): Promise<Contestant | undefined> {
  const place = [
    '--root',
    join(folder, 'storage'),
    '--runroot',
    join(folder, 'runroot'),
    '--storage-driver',
    'overlay',
  ];
  const call = (...args: string[]) => run(command, [...place, ...args], { maxBuffer: 1 << 26 });
  const verb = command === 'podman' ? 'build' : 'bud';
  try {
    if (command === 'podman') {
      const merged = join(folder, 'base');
      await mkdir(merged);
      for (const layer of base) await run('cp', ['-a', `${layer}/.`, merged]);
      await run('tar', ['-C', merged, '-cf', join(folder, 'base.tar'), '.']);
      await call('import', join(folder, 'base.tar'), 'localhost/node');
      await rm(merged, { recursive: true });
    }
    const build = (source: string) =>
      call(
        verb,
        '--layers',
        '--quiet',
        '--network',
        'none',
        '--pull-never',
        '-f',
        join(source, 'Dockerfile.peer'),
        '-t',
        'bench',
        source,
      );
    await build(join(folder, 'source'));
    return { name: command, build, rows: new Map() };
  } catch (error) {
    const why = String((error as { stderr?: string }).stderr ?? error).slice(0, 200);
    process.stdout.write(`${JSON.stringify({ peer: command, why })}\n`);
    return undefined;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'slipway-build-bench-'));
const sandbox = await openSandbox({
  driver: 'sandbox',
  folder: join(folder, 'run'),
  clock: systemClock,
  log: silentLog,
  singleUser: true,
  path: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
});
const bed = await openTestbed(sandbox);
const source = join(folder, 'source');
try {
  await writeSources(source);
  await writeFile(join(source, 'Dockerfile.peer'), DOCKERFILE.replace('FROM node', 'FROM localhost/node'));
  const own: Contestant = { name: 'slipway', build: () => bed.build(source), rows: new Map() };
  note(own, 'host base made and first build', await timed(() => bed.build(source)));
  const plain = join(folder, 'plain');
  await mkdir(plain);
  await writeFile(join(plain, 'Dockerfile'), 'FROM node\n');
  const { layers: base } = await readImage(bed, (await bed.build(plain)).digest);
  const contestants = [own];
  for (const command of ['podman', 'buildah'] as const) {
    const found = await peer(command, folder, base);
    if (found) contestants.push(found);
  }
  for (let round = 0; round < ROUNDS; round++) {
    // Another package.json changes everything above the base.
    await writeFile(join(source, 'package.json'), `{"name":"bench","version":"${round}.0.0"}`);
    for (const each of contestants)
      note(each, 'nothing cached above the base', await timed(() => each.build(source)));
    for (const each of contestants) note(each, 'everything cached', await timed(() => each.build(source)));
    await writeFile(join(source, 'src', '7.js'), `changed ${round}`);
    for (const each of contestants)
      note(each, 'one source file changed', await timed(() => each.build(source)));
  }
  report(contestants);
} finally {
  await bed.close();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}
