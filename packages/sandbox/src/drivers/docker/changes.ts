import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, chown, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { extract, type Header } from 'tar-stream';
import type { ContainerOptions } from '../../sandbox.ts';
import type { EngineApi } from './engine-api.ts';

const run = promisify(execFile);

/** As the engine lists them: a folder that is new is listed with all below it. */
interface Change {
  Path: string;
  Kind: number;
}
const MODIFIED = 0;
const DELETED = 2;

/** Brings what a container changed into its `upper`, in an overlay's own form: files as they are, whiteouts for what is gone. */
export async function bringChanges(api: EngineApi, path: string, options: ContainerOptions): Promise<void> {
  const { upper } = options.rootfs;
  await mkdir(upper, { recursive: true });
  const all = (await api.call<Change[] | null>({ method: 'GET', path: `${path}/changes` })) ?? [];
  const hidden = [
    '/etc/hosts',
    '/etc/resolv.conf',
    '/etc/hostname',
    '/dev',
    '/proc',
    '/sys',
    '/run/.containerenv',
  ];
  const mounted = [...hidden, ...options.mounts.map(mount => mount.target)];
  const isOurs = (change: Change) => !mounted.some(target => `${change.Path}/`.startsWith(`${target}/`));
  const changes = (Array.isArray(all) ? all : []).filter(isOurs);
  for (const change of withoutCovered(changes)) {
    if (change.Kind === DELETED) await whiteOut(upper, change.Path);
    else await bring(api, { path, change, upper, isLeaf: isLeaf(change, changes) });
  }
}

/** What lies below a new folder comes with it. */
function withoutCovered(changes: Change[]): Change[] {
  const whole = changes.filter(change => change.Kind !== MODIFIED && change.Kind !== DELETED);
  return changes.filter(
    change => !whole.some(other => other !== change && change.Path.startsWith(`${other.Path}/`)),
  );
}

/** A changed folder is only the way to what changed in it. */
function isLeaf(change: Change, changes: Change[]): boolean {
  return change.Kind !== MODIFIED || !changes.some(other => other.Path.startsWith(`${change.Path}/`));
}

async function whiteOut(upper: string, path: string): Promise<void> {
  const place = join(upper, path);
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { recursive: true, force: true });
  await run('mknod', [place, 'c', '0', '0']);
}

async function bring(
  api: EngineApi,
  { path, change, upper, isLeaf: whole }: { path: string; change: Change; upper: string; isLeaf: boolean },
): Promise<void> {
  const parent = dirname(change.Path);
  const archive = await api.read({ method: 'GET', path: `${path}/archive`, query: { path: change.Path } });
  const tar = extract();
  const reading = pipeline(archive, tar);
  reading.catch(() => {});
  for await (const entry of tar) {
    const { header } = entry;
    const place = join(upper, parent, join('/', header.name));
    if (whole || header.type === 'directory') await write(place, header, entry as AsyncIterable<Uint8Array>);
    entry.resume();
    // Of a folder on the way only itself is wanted, and it comes first.
    if (!whole) break;
  }
  archive.destroy();
}

async function write(place: string, header: Header, content: AsyncIterable<Uint8Array>): Promise<void> {
  const { type, mode = 0o755, uid = 0, gid = 0, linkname } = header;
  await mkdir(dirname(place), { recursive: true });
  if (type === 'symlink') {
    await rm(place, { recursive: true, force: true });
    await symlink(linkname ?? '', place);
    return;
  }
  if (type === 'directory') await mkdir(place, { recursive: true });
  if (type === 'file') await pipeline(content, createWriteStream(place));
  if (type !== 'directory' && type !== 'file') return;
  await chmod(place, mode & 0o7777);
  await chown(place, uid, gid);
}
