import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { keptFiles } from '../kept-files.ts';
import { type Bringing, type Brought, bringSource } from './bring-source.ts';
import type { SourceAddress } from './source-address.ts';

/**
 * Files that a lock has by digest: as a bundle left them in the cache, else from where they stand. A folder that is there
 * is looked at, for people change folders.
 */
export async function bringLocked(address: SourceAddress, digest: string, how: Bringing): Promise<Brought> {
  const isFolder = 'path' in address && !('git' in address);
  const isThere = isFolder && (await stat(resolve(how.folder, address.path)).catch(() => undefined));
  const files = isThere ? undefined : await keptFiles(digest, how);
  return files ? { files, digest, pinned: address } : bringSource(address, how);
}
