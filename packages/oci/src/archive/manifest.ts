import { SlipwayError } from '@slipway/api';

/** One file of an archive. */
export interface ArchivePart {
  /** Path within it: segments separated by `/`. */
  name: string;
  /** Bytes. */
  size: number;
  /** SHA-256 in hex. */
  sha256: string;
  /** What whoever wrote it wants to know of it again. */
  facts?: Record<string, string>;
}

/** The last part of every archive: what it is, and what it holds. */
export interface ArchiveManifest {
  /** What kind of archive, and its version: `slipway-backup/1`. */
  format: string;
  /** RFC 3339. */
  created: string;
  /** What whoever wrote it says of the whole. */
  about: Record<string, unknown>;
  parts: ArchivePart[];
  /** HMAC-SHA-256 in hex of the manifest without this field, where its writer has a key. */
  mac?: string;
}

export const MANIFEST = 'manifest.json';
export const MOST_MANIFEST_BYTES = 256 * 1024 * 1024;
const MOST_NAME = 1024;

/**
 * A name that stays below the folder it is unpacked in.
 * @throws SlipwayError ArchivePath
 */
export function checkPartName(name: string): string {
  const segments = name.split('/');
  const climbs = segments.some(segment => segment === '' || segment === '.' || segment === '..');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name with one is what is refused here
  if (!climbs && name.length <= MOST_NAME && !/[\\\u0000-\u001f]/.test(name)) return name;
  throw new SlipwayError(
    'ArchivePath',
    `archive: a part is named ${JSON.stringify(name.slice(0, 200))}, which leads out of its folder; nothing was written`,
  );
}

/** @throws SlipwayError ArchiveDamaged */
export function parseManifest(text: string, file: string): ArchiveManifest {
  try {
    const value = JSON.parse(text) as Partial<ArchiveManifest>;
    const { format, created, about, parts } = value;
    const whole = Array.isArray(parts) && parts.every(isPart) && typeof about === 'object' && about !== null;
    if (typeof format === 'string' && typeof created === 'string' && whole) return value as ArchiveManifest;
  } catch {
    // told below
  }
  throw damaged(file, 'its manifest cannot be read');
}

function isPart(part: Partial<ArchivePart> | null): boolean {
  return (
    typeof part?.name === 'string' &&
    Number.isSafeInteger(part.size) &&
    typeof part.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(part.sha256)
  );
}

export function damaged(file: string, problem: string): SlipwayError {
  return new SlipwayError(
    'ArchiveDamaged',
    `archive: damaged: "${file}": ${problem}; nothing was written; take another copy of it`,
  );
}
