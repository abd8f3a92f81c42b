// Image builds beside their peers: `node capabilities/artifacts/bench-builds.ts` prints one JSON line for each row.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@slipway/api';
import { openSandbox } from '@slipway/sandbox';
import { openTestbed } from './technologies/oci-registry/build/testbed.ts';

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

function report(what: string, values: number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, median, max] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].map(value =>
    Math.round(value ?? 0),
  );
  process.stdout.write(`${JSON.stringify({ what, unit: 'ms', median, min, max, n: values.length })}\n`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const folder = await mkdtemp(join(tmpdir(), 'slipway-build-bench-'));
const run = await openSandbox({
  driver: 'sandbox',
  folder: join(folder, 'run'),
  clock: systemClock,
  log: silentLog,
  singleUser: true,
  path: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
});
const bed = await openTestbed(run);
const source = join(folder, 'source');
try {
  await writeSources(source);
  report('host base made and first build', [await timed(() => bed.build(source))]);
  const rows: Record<string, number[]> = { clean: [], cached: [], changed: [] };
  for (let round = 0; round < ROUNDS; round++) {
    // Another package.json changes everything above the base.
    await writeFile(join(source, 'package.json'), `{"name":"bench","version":"${round}.0.0"}`);
    rows.clean?.push(await timed(() => bed.build(source)));
    rows.cached?.push(await timed(() => bed.build(source)));
    await writeFile(join(source, 'src', '7.js'), `changed ${round}`);
    rows.changed?.push(await timed(() => bed.build(source)));
  }
  report('build, nothing cached above the base', rows.clean ?? []);
  report('build, everything cached', rows.cached ?? []);
  report('build, one source file changed', rows.changed ?? []);
} finally {
  await bed.close();
  await run.close();
  await rm(folder, { recursive: true, force: true });
}
