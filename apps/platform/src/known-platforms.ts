import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { writeDurably } from './data-folder.ts';

/** Platforms of this user, each a name for a data folder: one file for each, and one that says which is meant. */
export interface KnownPlatform {
  name: string;
  /** Absolute path of its data folder. */
  data: string;
}

export interface PlatformFolders {
  /** Of the user's settings: `platforms/<name>.json` and `current`. */
  settings: string;
  /** Where the data folders of named platforms are made. */
  platforms: string;
  /** Of the platform that has no other. */
  defaultData: string;
}

/** The platform that everybody has. */
export const FIRST_PLATFORM = 'slipway';
const NAME = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/;

/** @throws SlipwayError PlatformName for anything but a DNS label of at most 40 characters */
export function checkPlatformName(name: string): string {
  if (NAME.test(name)) return name;
  throw new SlipwayError(
    'PlatformName',
    `platform ${JSON.stringify(name)}: lower-case letters, digits and "-" are allowed, not at the ends`,
  );
}

/** All that are known and still have their folder, by name. */
export function knownPlatforms(folders: PlatformFolders): KnownPlatform[] {
  const found = new Map<string, string>();
  if (isFolder(folders.defaultData)) found.set(FIRST_PLATFORM, folders.defaultData);
  for (const name of namesIn(folders.platforms)) {
    const data = join(folders.platforms, name);
    if (NAME.test(name) && isFolder(data)) found.set(name, data);
  }
  for (const file of namesIn(join(folders.settings, 'platforms'))) {
    const [, name] = /^(.+)\.json$/.exec(file) ?? [];
    const data = name && recordedData(folders, name);
    if (name && data && isFolder(data)) found.set(name, data);
  }
  return [...found].map(([name, data]) => ({ name, data })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where a platform of this name is, or would be made. */
export function dataOfPlatform(folders: PlatformFolders, name: string): string {
  const recorded = recordedData(folders, checkPlatformName(name));
  if (recorded !== undefined && isFolder(recorded)) return recorded;
  return name === FIRST_PLATFORM ? folders.defaultData : join(folders.platforms, name);
}

/** The platform that commands mean when nothing else is said; undefined when nobody chose one. */
export function currentPlatform({ settings }: Pick<PlatformFolders, 'settings'>): string | undefined {
  const name = textOf(join(settings, 'current'))?.trim();
  return name !== undefined && NAME.test(name) ? name : undefined;
}

/** Makes a platform the one that commands mean. */
export async function usePlatform({ settings }: PlatformFolders, name: string): Promise<void> {
  await mkdir(settings, { recursive: true, mode: 0o700 });
  await writeDurably(join(settings, 'current'), `${checkPlatformName(name)}\n`);
}

/** Remembers where a platform is; a name that another folder has keeps it, and the name's owner is given. */
export async function rememberPlatform(
  folders: PlatformFolders,
  { name, data }: KnownPlatform,
): Promise<KnownPlatform> {
  const known = knownPlatforms(folders);
  const before = known.find(each => each.data === data) ?? known.find(each => each.name === name);
  if (before) return before;
  const folder = join(folders.settings, 'platforms');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(join(folder, `${checkPlatformName(name)}.json`), JSON.stringify({ data }));
  return { name, data };
}

/** Forgets a name; the data folder stays. */
export async function forgetPlatform({ settings }: PlatformFolders, name: string): Promise<void> {
  await rm(join(settings, 'platforms', `${checkPlatformName(name)}.json`), { force: true });
}

function recordedData({ settings }: PlatformFolders, name: string): string | undefined {
  try {
    const { data } = JSON.parse(textOf(join(settings, 'platforms', `${name}.json`)) ?? '{}') as {
      data?: unknown;
    };
    return typeof data === 'string' ? data : undefined;
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
