// The registry beside the distribution project's: `node capabilities/artifacts/bench.ts`, or `npm run bench -- registry`.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Series, table } from '../../bench/statistics.ts';
import { note, type PeerRecord, seriesBeside, timed } from './testing/contestant.ts';
import {
  agent,
  call,
  memoryOf,
  push,
  type RegistryContestant,
  startDistribution,
  startOwn,
} from './testing/registry-contestant.ts';

const MIB = 1 << 20;
const ROUNDS = 5;
const SMALL_BLOBS = 500;

/** distribution v3.1.2 on a machine of this size, on its own and not in alternation. */
const DISTRIBUTION: PeerRecord = {
  name: 'distribution',
  rows: {
    'push of a 100 MiB blob': 340,
    'pull of a 100 MiB blob': 1392,
    '1 KiB blobs pushed, 1 connection': 200,
    '1 KiB blobs pulled, 1 connection': 767,
    '1 KiB blobs pushed, 16 connections': 345,
    '1 KiB blobs pulled, 16 connections': 840,
    'memory after': 75,
  },
};

/** Blobs over plain HTTP, in alternation. The peer does not sync what it acknowledges; we do. */
export async function benchRegistry(): Promise<Series[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-registry-bench-'));
  const own = await startOwn(folder);
  const contestants = [own];
  try {
    const peer = await startDistribution(folder);
    if (peer) contestants.push(peer);
    for (let round = 0; round < ROUNDS; round++) {
      for (const contestant of contestants) await large(contestant);
      for (const contestant of contestants) await small(contestant, 1);
      for (const contestant of contestants) await small(contestant, 16);
    }
    for (const contestant of contestants) note(contestant, 'memory after', await memoryOf(contestant));
    return seriesBeside(own, { peers: peer ? [peer] : [], absent: peer ? [] : [DISTRIBUTION], unitOf });
  } finally {
    agent.destroy();
    await Promise.all(contestants.map(stop));
    await rm(folder, { recursive: true, force: true });
  }
}

function unitOf(row: string): string {
  if (row.startsWith('memory')) return 'MB';
  return row.includes('100 MiB') ? 'MiB/s' : '/s';
}

async function stop({ child }: RegistryContestant): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

async function large(contestant: RegistryContestant): Promise<void> {
  const { port } = contestant;
  const content = randomBytes(100 * MIB);
  let digest = '';
  const pushing = await timed(async () => {
    digest = await push(port, content);
  });
  note(contestant, 'push of a 100 MiB blob', 100_000 / pushing);
  for (let i = 0; i < 2; i++) {
    const pulling = await timed(() => call(port, 'GET', `/v2/acme/bench/blobs/${digest}`));
    note(contestant, 'pull of a 100 MiB blob', 100_000 / pulling);
  }
}

async function small(contestant: RegistryContestant, connections: number): Promise<void> {
  const { port } = contestant;
  const contents = Array.from({ length: SMALL_BLOBS }, () => randomBytes(1024));
  const digests: string[] = [];
  const each = async (work: (content: Buffer, i: number) => Promise<unknown>) => {
    const left = contents.entries();
    const lane = async () => {
      for (const [i, content] of left) await work(content, i);
    };
    await Promise.all(Array.from({ length: connections }, lane));
  };
  const pushing = await timed(() =>
    each(async (content, i) => {
      digests[i] = await push(port, content);
    }),
  );
  const pulling = await timed(() => each((_, i) => call(port, 'GET', `/v2/acme/bench/blobs/${digests[i]}`)));
  const lanes = connections === 1 ? '1 connection' : `${connections} connections`;
  note(contestant, `1 KiB blobs pushed, ${lanes}`, (SMALL_BLOBS * 1000) / pushing);
  note(contestant, `1 KiB blobs pulled, ${lanes}`, (SMALL_BLOBS * 1000) / pulling);
}

if (import.meta.main) console.log(table(await benchRegistry()));
