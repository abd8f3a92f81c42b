import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Clock, type Random, SlipwayError, silentLog } from '@slipway/api';
import { type ArchiveManifest, type ArchivePart, checkArchive, readParts } from '@slipway/oci';
import { FORMAT, openDataFolder, openKeyFile, openStore } from '@slipway/server';
import type { Opener } from '../age/age-file.ts';
import { isDiskFull } from '../data-folder.ts';
import { isAlive } from '../running.ts';
import { aboutOf, BACKUP_FORMAT, type BackupAbout, WRAPPED_KEY } from './backup-format.ts';
import { readBundle } from './repository-bundle.ts';
import { requireEmpty, restoreKey } from './restore-key.ts';

export interface RestoreOptions {
  file: string;
  /** An empty or missing folder. */
  data: string;
  keysFolder: string;
  /** What opens the key; absent: this machine has it. */
  opener: Opener | undefined;
  clock: Clock;
  random: Random;
  progress: (line: string) => void;
}

export interface RestoredPlatform {
  data: string;
  about: BackupAbout;
  parts: number;
  audit: { records: number; head: string };
}

/**
 * Makes a data folder of a backup. Everything is checked before a byte is written, and written beside the folder,
 * which gets its name last: a restore that is killed leaves no platform.
 * @throws SlipwayError ArchiveDamaged, ArchivePath, ArchiveFormat, FolderNotEmpty, FormatUnknown, KeyMissing, AgeLocked
 */
export async function restoreBackup(options: RestoreOptions): Promise<RestoredPlatform> {
  const { file, data, keysFolder, opener, random, progress } = options;
  await requireEmpty(data, () => readdir(data));
  progress('checking every digest');
  const manifest = await checkArchive(file, BACKUP_FORMAT);
  const about = aboutOf(manifest.about);
  if (about.dataFormat > FORMAT) throw tooNew(file, about.dataFormat);
  const targets = manifest.parts.map(part => targetOf(part, file));
  progress('opening the key');
  const key = await restoreKey({ file, manifest, id: about.platform.id, keysFolder, opener, random });
  const draft = await draftFor(data);
  try {
    progress(`writing ${targets.length} parts`);
    await unpack(file, manifest, draft);
    progress('reading it back');
    const audit = await readBack(draft, key.path, options);
    await key.keep();
    await rename(draft, data);
    return { data, about, parts: targets.length, audit };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    await key.discard();
    throw isDiskFull(error) ? diskFull(data, error) : error;
  }
}

type Target = { as: 'file' | 'gzip' | 'bundle'; path: string } | { as: 'key' };

/** Where a part belongs; anything a backup does not hold is refused. */
function targetOf({ name, sha256, facts }: ArchivePart, file: string): Target {
  if (name === WRAPPED_KEY) return { as: 'key' };
  if (name === 'format.json' || name === 'addresses.json') return { as: 'file', path: name };
  const [, path] = /^(objects\.sqlite|engines\/.+\.sqlite)\.gz$/.exec(name) ?? [];
  if (path) return { as: 'gzip', path };
  const [, repository] = /^(engines\/.+\.git)\.bundle$/.exec(name) ?? [];
  if (repository && isBranch(facts?.head)) return { as: 'bundle', path: repository };
  const [, algorithm, hex] = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/.exec(name) ?? [];
  if (algorithm === 'sha512' || (algorithm && hex === sha256)) return { as: 'file', path: name };
  if (!algorithm && name.startsWith('engines/')) return { as: 'file', path: name };
  throw new SlipwayError('ArchiveDamaged', `archive: damaged: "${file}": ${name} is no part of a backup`);
}

/** What may stand in HEAD without becoming something else. */
function isBranch(head: string | undefined): boolean {
  return head !== undefined && /^[A-Za-z0-9][^\s~^:?*[\\]*$/.test(head) && !head.includes('..');
}

async function unpack(file: string, manifest: ArchiveManifest, draft: string): Promise<void> {
  for await (const { part, content } of readParts(file, manifest)) {
    const target = targetOf(part, file);
    if (target.as === 'key') {
      for await (const _ of content);
      continue;
    }
    const path = join(draft, target.path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (target.as === 'file') await write(path, content);
    if (target.as === 'gzip')
      await pipeline(Readable.from(content), createGunzip(), source => write(path, source));
    if (target.as !== 'bundle') continue;
    const bundle = `${path}.bundle`;
    await write(bundle, content);
    await readBundle(bundle, path, part.facts?.head ?? 'main');
    await rm(bundle);
  }
}

async function write(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const piece of content) await handle.writeFile(piece);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Opens the store as the platform will, with the key that came along, and recomputes the audit's chain. */
async function readBack(
  draft: string,
  keyFile: string,
  { clock, random }: RestoreOptions,
): Promise<{ records: number; head: string }> {
  const folder = openDataFolder({ path: draft, clock, random });
  try {
    const keys = openKeyFile({ path: keyFile, random });
    const store = await openStore({ folder, keys, clock, random, log: silentLog });
    const verdict = await store.audit.verify().finally(() => store.close());
    if (verdict.intact) return { records: verdict.records, head: verdict.head };
    throw new SlipwayError(
      'AuditBroken',
      `restore: the audit is not whole at record ${verdict.sequence}: ${verdict.problem}; it was not when the backup was made`,
    );
  } finally {
    folder.release();
  }
}

/** A folder beside the one that is wanted; what killed restores left there is removed. */
async function draftFor(data: string): Promise<string> {
  const parent = dirname(data);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const prefix = `.${basename(data)}.`;
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(prefix)
      ? /^(\d+)\.restoring$/.exec(name.slice(prefix.length))?.[1]
      : undefined;
    if (pid && !isAlive(Number(pid))) await rm(join(parent, name), { recursive: true, force: true });
  }
  const draft = join(parent, `${prefix}${process.pid}.restoring`);
  await mkdir(draft, { mode: 0o700 });
  return draft;
}

function tooNew(file: string, format: number): SlipwayError {
  return new SlipwayError(
    'FormatUnknown',
    `restore: "${file}" holds a data folder of format ${format}, newer than ${FORMAT}; use the program that wrote it, or a newer one`,
  );
}

function diskFull(data: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    'FolderFull',
    `restore: the disk of "${data}" is full; free space, or choose another folder with --data; nothing was left there`,
    { cause },
  );
}
