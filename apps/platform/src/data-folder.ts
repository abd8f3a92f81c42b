import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folder, messageOf, SlipwayError } from '@slipway/api';
import { writeWhole } from '@slipway/oci';

/** The folder of one part, made with mode 0700. */
export async function openFolder(path: string): Promise<Folder> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const cause = messageOf(error);
    throw new SlipwayError(
      'FolderUnusable',
      `data folder ${path}: cannot be made (${cause}); choose another with --data`,
    );
  }
  return {
    path,
    folder: name => {
      if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
        throw new SlipwayError(
          'FolderName',
          `folder name ${JSON.stringify(name)}: one path segment is allowed`,
        );
      }
      return openFolder(join(path, name));
    },
  };
}

/**
 * Refuses a folder that cannot be written before anything else is tried, so that the first message names it.
 * @throws SlipwayError FolderUnusable
 */
export async function requireWritable(folder: Folder): Promise<void> {
  const probe = join(folder.path, '.write-probe');
  try {
    await writeDurably(probe, 'ok');
  } catch (error) {
    const cause = messageOf(error);
    throw new SlipwayError(
      'FolderUnusable',
      `data folder ${folder.path}: cannot be written (${cause}); free space or mend its permissions, or choose another with --data`,
    );
  }
}

/** Whether the disk, or the share of it this user has, was full; SQLite says so in words only. */
export function isDiskFull(error: unknown): boolean {
  return (
    hasCode(error, ['ENOSPC', 'EDQUOT', 'StoreFull']) ||
    /disk is full|No space left on device/.test(messageOf(error))
  );
}

/** What people are told about it. */
export function diskFull(path: string, error: unknown): SlipwayError {
  const cause = messageOf(error);
  return new SlipwayError(
    'FolderFull',
    `data folder ${path}: the disk is full (${cause}); free space, or choose another with --data; what was acknowledged is kept`,
  );
}

function hasCode(error: unknown, codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Writes a whole file so that a reader finds the old or the new one, even after a power cut. */
export async function writeDurably(path: string, content: string, mode = 0o600): Promise<void> {
  await writeWhole(path, content, { durable: true, mode });
}

/** The parsed content of a JSON file, or undefined when there is none. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
