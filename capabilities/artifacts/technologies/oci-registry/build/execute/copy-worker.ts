import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, join, posix } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { globPattern, type Ignore, parseIgnore } from '../dockerfile/ignore.ts';
import { type Found, MergedTree } from './merged-tree.ts';

export interface CopySources {
  /** Folders the sources are in, as layers: one for a build context. */
  roots: string[];
  /** Paths or patterns below the root. */
  patterns: string[];
  /** Text of a `.dockerignore`; '' when nothing is left out. */
  ignore: string;
  /** Files whose content the instruction itself holds. */
  inline: { name: string; content: string }[];
  /** Modes are reduced to 0644 and 0755: a checkout's depend on the umask. */
  plainModes: boolean;
}

export interface CopyInput extends CopySources {
  /** The layer being made. */
  upper: string;
  /** Unpacked layers below it. */
  lowers: string[];
  /** Absolute path inside the image. */
  destination: string;
  chmod?: number;
}

export interface Selected {
  hash: string;
  files: number;
  bytes: number;
}

interface Item {
  /** Below the source that was named: '' for that itself. */
  path: string;
  source: string;
  file: string;
  stats: fs.Stats;
}

/** Names and contents of everything an instruction copies, as one hash. */
export function hashSources(input: CopySources): Selected {
  const hash = createHash('sha256');
  let files = 0;
  let bytes = 0;
  for (const { path, source, file, stats } of select(input)) {
    const mode = modeOf(input, stats).toString(8);
    const owner = input.plainModes ? '' : `${stats.uid}:${stats.gid}`;
    hash.update(`${source}\0${path}\0${mode}\0${owner}\0`);
    if (stats.isSymbolicLink()) hash.update(`l${fs.readlinkSync(file)}\0`);
    if (!stats.isFile()) continue;
    hash.update(`f${stats.size}\0${contentHash(file)}`);
    files++;
    bytes += stats.size;
  }
  for (const { name, content } of input.inline) hash.update(`i${name}\0${content.length}\0${content}`);
  return { hash: hash.digest('hex'), files, bytes };
}

/**
 * Copies into the layer; folders on the way that the image has keep their mode and owner.
 * @returns the topmost paths (without leading slash) that did not exist before
 */
export function copySources(input: CopyInput): string[] {
  const created = new Created();
  const tree = new MergedTree([...input.lowers, input.upper]);
  const items = select(input);
  const sources = new Set(items.map(({ source }) => source)).size + input.inline.length;
  const onlyFile = sources === 1 && !items[0]?.stats.isDirectory();
  const existing = tree.find(input.destination, { follow: true });
  const isFolder = input.destination.endsWith('/') || existing?.stats.isDirectory() === true || !onlyFile;
  if (sources > 1 && !input.destination.endsWith('/') && !existing?.stats.isDirectory()) {
    throw new SlipwayError(
      'CopyInvalid',
      `${input.destination}: must end with "/" when there are several sources`,
    );
  }
  const place = (item: Pick<Item, 'path' | 'source'>, isTop: boolean) => {
    if (!isFolder) return input.destination;
    return posix.join(input.destination, isTop ? basename(item.source) : item.path);
  };
  for (const item of items)
    copyItem({ ...input, created }, tree, item, place(item, item.path === '' && !item.stats.isDirectory()));
  for (const { name, content } of input.inline) {
    const target = prepare({ ...input, created }, tree, place({ path: '', source: name }, true));
    fs.writeFileSync(target, content, { mode: input.chmod ?? 0o644 });
    fs.chmodSync(target, input.chmod ?? 0o644);
  }
  if (items.length === 0 && input.inline.length === 0)
    prepareFolder({ ...input, created }, tree, input.destination);
  return created.tops;
}

/** Makes a folder of the image, with all above it. */
export function makeFolders(input: { upper: string; lowers: string[]; folders: string[] }): void {
  const tree = new MergedTree([...input.lowers, input.upper]);
  const created = new Created();
  for (const folder of input.folders) prepareFolder({ ...input, created }, tree, folder);
}

interface Preparing {
  upper: string;
  created: Created;
}

/** Paths that an instruction made: what is below one of them need not be named. */
class Created {
  readonly tops: string[] = [];
  readonly #all = new Set<string>();

  add(segments: string[]): void {
    const path = segments.join('/');
    if (this.#all.has(path)) return;
    if (!this.#all.has(segments.slice(0, -1).join('/'))) this.tops.push(path);
    this.#all.add(path);
  }
}

function copyItem(
  input: CopyInput & Preparing,
  tree: MergedTree,
  { file, stats }: Item,
  destination: string,
): void {
  if (stats.isDirectory()) {
    const folder = prepareFolder(input, tree, destination);
    const isNew = tree.find(destination, { follow: true })?.file.startsWith(input.upper);
    if (isNew && destination !== '/')
      fs.chmodSync(folder, input.chmod === undefined ? modeOf(input, stats) : input.chmod | 0o111);
    return;
  }
  const target = prepare(input, tree, destination);
  fs.rmSync(target, { recursive: true, force: true });
  if (stats.isSymbolicLink()) {
    fs.symlinkSync(fs.readlinkSync(file), target);
    return;
  }
  if (!stats.isFile())
    throw new SlipwayError('CopyInvalid', `${destination}: not a file, folder or link; it cannot be copied`);
  fs.copyFileSync(file, target);
  fs.chmodSync(target, input.chmod ?? modeOf(input, stats));
  if (!input.plainModes && process.getuid?.() === 0) fs.chownSync(target, stats.uid, stats.gid);
}

/** The path in the upper folder where a path of the image is written; folders above it are made. */
function prepare(preparing: Preparing, tree: MergedTree, destination: string): string {
  const folder = prepareFolder(preparing, tree, posix.dirname(destination));
  const name = posix.basename(destination);
  preparing.created.add(
    [...folder.slice(preparing.upper.length + 1).split('/'), name].filter(part => part !== ''),
  );
  return join(folder, name);
}

function prepareFolder({ upper, created }: Preparing, tree: MergedTree, destination: string): string {
  const { segments } = tree.resolve(destination, { follow: true });
  for (let depth = 1; depth <= segments.length; depth++) {
    const part = segments.slice(0, depth);
    const folder = join(upper, ...part);
    if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) continue;
    const below = tree.find(`/${part.join('/')}`, { follow: false });
    if (below && !below.stats.isDirectory()) {
      throw new SlipwayError('CopyInvalid', `${destination}: /${part.join('/')} is no folder`);
    }
    fs.mkdirSync(folder);
    if (!below) created.add(part);
    fs.chmodSync(folder, below ? below.stats.mode & 0o7777 : 0o755);
    if (below && process.getuid?.() === 0) fs.chownSync(folder, below.stats.uid, below.stats.gid);
  }
  return join(upper, ...segments);
}

function select(input: CopySources): Item[] {
  const tree = new MergedTree(input.roots);
  const ignore = parseIgnore(input.ignore);
  return input.patterns.flatMap(pattern => {
    const items = matches(tree, pattern).flatMap(found => walk(tree, ignore, found));
    if (items.length > 0) return items;
    throw new SlipwayError(
      'CopyInvalid',
      `${JSON.stringify(pattern)}: not found${input.ignore ? ' (or left out by .dockerignore)' : ''}`,
    );
  });
}

function matches(tree: MergedTree, pattern: string): Found[] {
  const segments = pattern.split('/').filter(segment => segment !== '' && segment !== '.');
  if (segments.includes('..')) {
    throw new SlipwayError('CopyInvalid', `${JSON.stringify(pattern)}: leads out of what is built from`);
  }
  let found = [tree.find('/', { follow: true })].filter(entry => entry !== undefined);
  for (const segment of segments) {
    found = found.flatMap(folder => {
      const isPattern = /[*?[\\]/.test(segment);
      const names = isPattern
        ? tree.list(folder.segments).filter(name => globPattern(segment, { below: false }).test(name))
        : [segment];
      return names
        .map(name => tree.find(`/${[...folder.segments, name].join('/')}`, { follow: true }))
        .filter(entry => entry !== undefined);
    });
  }
  return found;
}

function walk(tree: MergedTree, ignore: Ignore, top: Found): Item[] {
  const source = top.segments.join('/');
  const items: Item[] = [];
  const visit = (found: Found, path: string) => {
    const isIgnored = found.segments.length > 0 && ignore(found.segments.join('/'));
    if (!found.stats.isDirectory()) {
      if (!isIgnored) items.push({ path, source, file: found.file, stats: found.stats });
      return;
    }
    if (!isIgnored) items.push({ path, source, file: found.file, stats: found.stats });
    for (const name of tree.list(found.segments)) {
      const below = tree.find(`/${[...found.segments, name].join('/')}`, { follow: false });
      if (below) visit(below, path === '' ? name : `${path}/${name}`);
    }
  };
  visit(top, '');
  return items;
}

function modeOf({ plainModes }: CopySources, stats: fs.Stats): number {
  if (!plainModes) return stats.mode & 0o7777;
  return stats.isDirectory() || (stats.mode & 0o100) !== 0 ? 0o755 : 0o644;
}

function contentHash(file: string): string {
  return createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}
