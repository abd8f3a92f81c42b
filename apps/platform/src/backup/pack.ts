import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Clock, Random } from '@slipway/api';
import { type ArchiveWriter, createArchive } from '@slipway/oci';
import { FORMAT } from '@slipway/server';
import { encryptAge, type Lock } from '../age/age-file.ts';
import { BACKUP_FORMAT, type BackupAbout, macWith, WRAPPED_KEY } from './backup-format.ts';
import { writeBundle } from './repository-bundle.ts';
import { STAGED, type Staged, type StagedPart } from './staged.ts';

export interface PackOptions {
  /** What the platform set aside; removed when this ends. */
  folder: string;
  /** Where the archive goes. */
  file: string;
  keysFolder: string;
  /** Who may open the key; without one, only machines that have it already can restore. */
  lock: Lock | undefined;
  clock: Clock;
  random: Random;
  /** Told about each kind of part, for people. */
  progress: (line: string) => void;
}

export interface PackedBackup {
  file: string;
  /** Bytes. */
  size: number;
  parts: number;
  repositories: number;
  blobs: number;
  about: BackupAbout;
}

/**
 * Makes one archive of what was set aside. Until its last byte is synced there is no file of that name.
 * @throws SlipwayError ArchiveExists, ArchiveUnwritable, PassphraseWeak, RecipientInvalid, RepositoryUnreadable
 */
export async function packBackup(options: PackOptions): Promise<PackedBackup> {
  try {
    return await pack(options);
  } finally {
    await rm(options.folder, { recursive: true, force: true });
  }
}

async function pack(options: PackOptions): Promise<PackedBackup> {
  const { folder, file, keysFolder, lock, clock, random, progress } = options;
  const staged = JSON.parse(await readFile(join(folder, STAGED), 'utf8')) as Staged;
  const keyFile = join(keysFolder, staged.platform.id);
  // Read before anything is written: a missing key is said first.
  const mac = await macWith(keyFile, random);
  const key = lock ? await encryptAge(await readFile(keyFile), lock, random) : undefined;
  const archive = await createArchive(file, { pid: process.pid, clock });
  try {
    if (key) await archive.add(WRAPPED_KEY, key);
    const of = (kind: StagedPart['kind']) => staged.parts.filter(part => part.kind === kind);
    const repositories = of('repository');
    progress(`${repositories.length} repositories`);
    for (const part of [...of('database'), ...repositories]) await addMade(archive, part, folder);
    const files = of('file');
    const blobs = files.filter(part => part.name.startsWith('blobs/')).length;
    progress(`${files.length - blobs} files, ${blobs} blobs`);
    for (const part of files) if ('file' in part) await archive.add(part.name, { file: part.file });
    const { at, platform, audit } = staged;
    const about: BackupAbout = { platform, dataFormat: FORMAT, at, ...(audit ? { audit } : {}) };
    const created = new Date(clock.now()).toISOString();
    await archive.finish({ format: BACKUP_FORMAT, created, about: { ...about } }, mac);
    const { size, parts } = archive;
    return { file, size, parts: parts.length, repositories: repositories.length, blobs, about };
  } finally {
    await archive.abandon();
  }
}

/** Parts that are made for the archive: databases are compressed, repositories become bundles. */
async function addMade(archive: ArchiveWriter, part: StagedPart, folder: string): Promise<void> {
  const made = join(folder, 'part');
  if (part.kind === 'repository') {
    await writeBundle(part, made);
    await archive.add(`${part.name}.bundle`, { file: made }, { head: part.head });
  }
  if (part.kind === 'database') {
    await pipeline(createReadStream(part.file), createGzip(), createWriteStream(made, { mode: 0o600 }));
    await rm(part.file);
    await archive.add(`${part.name}.gz`, { file: made });
  }
  await rm(made, { force: true });
}
