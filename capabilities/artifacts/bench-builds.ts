// Image builds beside Podman and Buildah: `node capabilities/artifacts/bench-builds.ts`, or `npm run bench -- builds`.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@slipway/api';
import { openSandbox, type Sandbox } from '@slipway/sandbox';
import { type Series, table } from '../../bench/statistics.ts';
import { platformKey } from './signing/platform-key.ts';
import { wordKeys } from './signing/signing.fixture.ts';
import { readImage } from './technologies/oci-registry/build/serve-image.ts';
import { openTestbed, type Testbed } from './technologies/oci-registry/build/testbed.ts';
import { type BuildContestant, startBuildPeers } from './testing/build-peer.ts';
import { note, type PeerRecord, seriesBeside, timed } from './testing/contestant.ts';

const ROUNDS = 5;
const CLEAN = 'nothing cached above the base';
const CACHED = 'everything cached';
const CHANGED = 'one source file changed';
const DOCKERFILE = `FROM node
WORKDIR /app
COPY package.json ./
RUN node -e "require('fs').writeFileSync('made', 'made')"
COPY . .
`;

/** Podman 4.3.1 and Buildah 1.28.2 with runc on a machine of this size, the same Dockerfile, not in alternation. */
const RECORDS: PeerRecord[] = [
  { name: 'podman', rows: { [CLEAN]: 707, [CACHED]: 381, [CHANGED]: 447 } },
  { name: 'buildah', rows: { [CLEAN]: 649, [CACHED]: 324, [CHANGED]: 432 } },
];

/** All build on the same base, offline, in alternation. */
export async function benchBuilds(): Promise<Series[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-build-bench-'));
  const sandbox = await openSandbox({
    driver: 'sandbox',
    folder: join(folder, 'run'),
    clock: systemClock,
    log: silentLog,
    singleUser: true,
    path: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  });
  try {
    return await measureOn(sandbox, folder);
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureOn(sandbox: Sandbox, folder: string): Promise<Series[]> {
  const key = await platformKey(wordKeys('bench'), 'first');
  const bed = await openTestbed(sandbox, {}, async () => [key]);
  const unsignedBed = await openTestbed(sandbox);
  try {
    const source = join(folder, 'source');
    await writeSources(source);
    const own: BuildContestant = { name: 'Slipway', build: () => bed.build(source), rows: new Map() };
    note(own, 'host base made and first build', await timed(() => own.build(source)));
    // The same without signature and provenance: what these cost is the difference.
    const unsigned: BuildContestant = {
      name: 'Slipway, unsigned',
      build: () => unsignedBed.build(source),
      rows: new Map(),
    };
    await unsigned.build(source);
    const peers = [unsigned, ...(await startBuildPeers({ folder, base: await baseLayers(bed, folder) }))];
    for (let round = 0; round < ROUNDS; round++) await oneRound([own, ...peers], source, round);
    const absent = RECORDS.filter(({ name }) => !peers.some(peer => peer.name === name));
    return seriesBeside(own, { peers, absent, unitOf: () => 'ms' });
  } finally {
    await bed.close();
    await unsignedBed.close();
  }
}

async function oneRound(contestants: BuildContestant[], source: string, round: number): Promise<void> {
  const each = async (row: string) => {
    for (const contestant of contestants) note(contestant, row, await timed(() => contestant.build(source)));
  };
  // Another package.json changes everything above the base.
  await writeFile(join(source, 'package.json'), `{"name":"bench","version":"${round}.0.0"}`);
  await each(CLEAN);
  await each(CACHED);
  await writeFile(join(source, 'src', '7.js'), `changed ${round}`);
  await each(CHANGED);
}

/** 52 files, 220 KB. */
async function writeSources(folder: string): Promise<void> {
  await mkdir(join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'Dockerfile'), DOCKERFILE);
  await writeFile(join(folder, 'Dockerfile.peer'), DOCKERFILE.replace('FROM node', 'FROM localhost/node'));
  await writeFile(join(folder, 'package.json'), '{"name":"bench"}');
  for (let i = 0; i < 50; i++) await writeFile(join(folder, 'src', `${i}.js`), `${i}${'x'.repeat(4400)}`);
}

async function baseLayers(bed: Testbed, folder: string): Promise<string[]> {
  const plain = join(folder, 'plain');
  await mkdir(plain);
  await writeFile(join(plain, 'Dockerfile'), 'FROM node\n');
  return (await readImage(bed, (await bed.build(plain)).digest)).layers;
}

if (import.meta.main) console.log(table(await benchBuilds()));
