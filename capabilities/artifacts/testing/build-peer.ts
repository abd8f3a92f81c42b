import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onPath } from '../../../test/on-path.ts';
import type { Contestant } from './contestant.ts';

const run = promisify(execFile);

/** What builds a folder: ours, or a peer. */
export interface BuildContestant extends Contestant {
  build(source: string): Promise<unknown>;
}

interface Place {
  /** Holds `source/Dockerfile.peer`, and the peers' storage: both use one. */
  folder: string;
  /** Unpacked layers of the base that we build on, lowest first. */
  base: string[];
}

/** Podman and Buildah with the very base that we build on, imported from its files; those that work here. */
export async function startBuildPeers(place: Place): Promise<BuildContestant[]> {
  const peers: BuildContestant[] = [];
  for (const command of ['podman', 'buildah'] as const) {
    const peer = onPath(command) && (await startPeer(command, place));
    if (peer) peers.push(peer);
  }
  return peers;
}

async function startPeer(command: 'podman' | 'buildah', place: Place): Promise<BuildContestant | undefined> {
  const { folder } = place;
  const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'runroot')];
  const call = (...args: string[]) =>
    run(command, [...storage, '--storage-driver', 'overlay', ...args], { maxBuffer: 1 << 26 });
  const how = ['--layers', '--quiet', '--network', 'none', '--pull-never', '-t', 'bench'];
  const build = (source: string) =>
    call(command === 'podman' ? 'build' : 'bud', ...how, '-f', join(source, 'Dockerfile.peer'), source);
  try {
    if (command === 'podman') await call('import', await archiveOf(place), 'localhost/node');
    await build(join(folder, 'source'));
    return { name: command, build, rows: new Map() };
  } catch (error) {
    const why = String((error as { stderr?: string }).stderr ?? error).slice(0, 200);
    process.stderr.write(`${command} does not build here: ${why}\n`);
    return undefined;
  }
}

async function archiveOf({ folder, base }: Place): Promise<string> {
  const merged = join(folder, 'base');
  const archive = join(folder, 'base.tar');
  await mkdir(merged);
  for (const layer of base) await run('cp', ['-a', `${layer}/.`, merged]);
  await run('tar', ['-C', merged, '-cf', archive, '.']);
  await rm(merged, { recursive: true });
  return archive;
}
