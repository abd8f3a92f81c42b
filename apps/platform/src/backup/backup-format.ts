import { createHmac } from 'node:crypto';
import { type Random, SlipwayError } from '@slipway/api';
import { openKeyFile } from '@slipway/server';

/** What a backup is, and the newest version of it that this program reads. */
export const BACKUP_FORMAT = 'slipway-backup/1';
/** The platform's key file as an age file. */
export const WRAPPED_KEY = 'key.age';
export const OBJECTS = 'objects.sqlite';

/** What the manifest says of the whole. */
export interface BackupAbout {
  platform: { id: string; name: string; domain: string };
  /** Version of the data folder's layout. */
  dataFormat: number;
  /** RFC 3339: the moment everything is of. */
  at: string;
  audit?: { sequence: number; hash: string };
}

/** Signs manifests with a key that only holders of the platform's key have. */
export async function macWith(keyFile: string, random: Random): Promise<(text: string) => string> {
  const key = await openKeyFile({ path: keyFile, random }).derive('backup-manifest');
  return text => createHmac('sha256', key).update(text).digest('hex');
}

/** @throws SlipwayError ArchiveDamaged when the manifest has other fields */
export function aboutOf(about: Record<string, unknown>): BackupAbout {
  const { platform, dataFormat, at } = about as Partial<BackupAbout>;
  // The id names a file, so nothing but a UUID will do.
  if (typeof dataFormat === 'number' && typeof at === 'string' && /^[0-9a-f-]{36}$/.test(platform?.id ?? ''))
    return about as unknown as BackupAbout;
  throw new SlipwayError('ArchiveDamaged', 'archive: damaged: its manifest names no platform');
}
