import { chmodSync, chownSync, lstatSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { SlipwayError } from '@slipway/api';

const MOST_LINKS = 40;

/**
 * Where an absolute path of a container really is below its root, following symbolic links as a process inside would,
 * over folders stacked as an overlay stacks them (highest first). Nothing outside them is ever looked at.
 */
export function resolveInside(stack: string[], path: string): string {
  let waiting = path.split('/');
  const done: string[] = [];
  for (let links = 0; waiting.length > 0; ) {
    const [segment = '', ...rest] = waiting;
    waiting = rest;
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      done.pop();
      continue;
    }
    const target = linkAt(stack, join(...done, segment));
    if (target === undefined) {
      done.push(segment);
      continue;
    }
    links++;
    if (links > MOST_LINKS)
      throw new SlipwayError('PathLoop', `path ${JSON.stringify(path)}: too many links`);
    if (target.startsWith('/')) done.length = 0;
    waiting = [...target.split('/'), ...waiting];
  }
  return done.join('/');
}

/** Makes the place a mount needs, in the writable folder, of the kind its source has; resolves with its path inside. */
export function makeTarget(stack: string[], path: string, kind: 'file' | 'folder'): string {
  const inside = resolveInside(stack, path);
  const [upper = '', ...lowers] = stack;
  const segments = inside.split('/').filter(Boolean);
  const folders = kind === 'folder' ? segments : segments.slice(0, -1);
  for (let depth = 1; depth <= folders.length; depth++) {
    makeFolder(upper, lowers, folders.slice(0, depth).join('/'));
  }
  if (kind === 'folder' || exists(stack, inside)) return inside;
  rmSync(join(upper, inside), { force: true });
  writeFileSync(join(upper, inside), '');
  return inside;
}

/** The overlay shows the uppermost folder's mode and owner, so they repeat what is below. */
function makeFolder(upper: string, lowers: string[], inside: string): void {
  const folder = join(upper, inside);
  const above = statOf(folder);
  if (above?.isDirectory()) return;
  // A whiteout: the container had removed it.
  if (above) rmSync(folder);
  const below = above ? undefined : lowers.map(lower => statOf(join(lower, inside))).find(Boolean);
  mkdirSync(folder);
  chmodSync(folder, (below?.mode ?? 0o755) & 0o7777);
  if (below && process.getuid?.() === 0) chownSync(folder, below.uid, below.gid);
}

function exists(stack: string[], inside: string): boolean {
  const found = stack.map(folder => statOf(join(folder, inside))).find(Boolean);
  return found !== undefined && !found.isCharacterDevice();
}

function linkAt(stack: string[], inside: string): string | undefined {
  for (const folder of stack) {
    const found = statOf(join(folder, inside));
    if (!found) continue;
    return found.isSymbolicLink() ? readlinkSync(join(folder, inside)) : undefined;
  }
  return undefined;
}

/** A way through something that is no folder has nothing at its end. */
function statOf(file: string) {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
