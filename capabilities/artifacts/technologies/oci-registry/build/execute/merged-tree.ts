import * as fs from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';

/** What is at a path of an image: the file on the disk, in the topmost layer that has it. */
export interface Found {
  /** Segments below the root, no symbolic link among the folders. */
  segments: string[];
  /** Absolute path on this machine. */
  file: string;
  stats: fs.Stats;
}

const MOST_LINKS = 40;

/** Looks into unpacked layers as an overlay would show them, without mounting anything. Blocking: for workers. */
export class MergedTree {
  readonly #roots: string[];

  /** @param layers lowest first */
  constructor(layers: string[]) {
    this.#roots = layers.toReversed();
  }

  /**
   * Follows symbolic links inside the image; one in the last place only when asked.
   * @throws SlipwayError `PathInvalid` for links that lead in circles
   */
  find(path: string, { follow }: { follow: boolean }): Found | undefined {
    const { segments, exists } = this.resolve(path, { follow });
    return exists ? this.#at(segments) : undefined;
  }

  /** Where a path leads, even when its end does not exist yet. */
  resolve(path: string, { follow }: { follow: boolean }): { segments: string[]; exists: boolean } {
    let left = segmentsIn(path);
    let done: string[] = [];
    let links = 0;
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      if (next === '..') {
        done = done.slice(0, -1);
        continue;
      }
      const at = [...done, next];
      const found = this.#at(at);
      const isLink = found?.stats.isSymbolicLink() && (left.length > 0 || follow);
      if (!found || !isLink) {
        done = at;
        continue;
      }
      if (++links > MOST_LINKS) throw new SlipwayError('PathInvalid', `${path}: too many symbolic links`);
      const target = fs.readlinkSync(found.file);
      if (target.startsWith('/')) done = [];
      left = [...segmentsIn(target), ...left];
    }
    return { segments: done, exists: done.length === 0 || this.#at(done) !== undefined };
  }

  /** Names in a folder (as `find` gave it), sorted. */
  list(segments: string[]): string[] {
    const names = new Set<string>();
    const hidden = new Set<string>();
    for (const root of this.#roots) {
      const state = stateIn(root, segments);
      if (state === 'hidden') break;
      if (state === 'absent') continue;
      for (const entry of fs.readdirSync(join(root, ...segments), { withFileTypes: true })) {
        if (hidden.has(entry.name)) continue;
        if (isWhiteout(entry)) hidden.add(entry.name);
        if (!isWhiteout(entry)) names.add(entry.name);
      }
    }
    return [...names].sort();
  }

  #at(segments: string[]): Found | undefined {
    for (const root of this.#roots) {
      const state = stateIn(root, segments.slice(0, -1));
      if (state === 'hidden') return undefined;
      if (state === 'absent') continue;
      const file = join(root, ...segments);
      const stats = fs.lstatSync(file, { throwIfNoEntry: false });
      if (!stats) continue;
      return stats.isCharacterDevice() && stats.rdev === 0 ? undefined : { segments, file, stats };
    }
    return undefined;
  }
}

/** Whether one layer has a folder, says nothing of it, or hides those of the layers below. */
function stateIn(root: string, folder: string[]): 'present' | 'absent' | 'hidden' {
  for (let depth = 1; depth <= folder.length; depth++) {
    const stats = fs.lstatSync(join(root, ...folder.slice(0, depth)), { throwIfNoEntry: false });
    if (!stats) return 'absent';
    if (!stats.isDirectory()) return 'hidden';
  }
  return 'present';
}

function isWhiteout(entry: fs.Dirent): boolean {
  return entry.isCharacterDevice() && fs.lstatSync(join(entry.parentPath, entry.name)).rdev === 0;
}

function segmentsIn(path: string): string[] {
  return path.split('/').filter(segment => segment !== '' && segment !== '.');
}
