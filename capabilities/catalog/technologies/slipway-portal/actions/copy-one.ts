import { chmod, copyFile, lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SlipwayError } from '@slipway/api';

/** Copies a file as it is; of its mode only whether it is a program. @throws SlipwayError SourceUnknown */
export async function copyOne(from: string, to: string, name: string): Promise<void> {
  const info = await lstat(from).catch(() => undefined);
  if (!info?.isFile()) throw new SlipwayError('SourceUnknown', `${name}: no such file`);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, info.mode & 0o111 ? 0o755 : 0o644);
}
