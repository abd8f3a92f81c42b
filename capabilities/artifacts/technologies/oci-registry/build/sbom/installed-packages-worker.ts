import * as fs from 'node:fs';
import { join } from 'node:path';
import type { InstalledPackage, LayerPackages } from './installed.ts';

/** An image is what its team makes it: everything that is read of it has an end. */
const MOST_ENTRIES = 500_000;
const MOST_PACKAGES = 10_000;
const MOST_DEPTH = 64;
const LARGEST_FILE = 1 << 20;
const LONGEST_TEXT = 214;

/** Packages of one unpacked layer, whatever other layers say. */
export function packagesOfLayer({ folder }: { folder: string }): LayerPackages {
  const packages: InstalledPackage[] = [];
  let left = MOST_ENTRIES;
  let isWhole = true;
  const visit = (segments: string[]): void => {
    const entries = entriesOf(join(folder, ...segments));
    left -= entries?.length ?? 0;
    if (!entries || left < 0 || segments.length > MOST_DEPTH || packages.length >= MOST_PACKAGES) {
      isWhole = false;
      return;
    }
    if (isPackageFolder(segments) && entries.some(entry => entry.name === 'package.json' && entry.isFile()))
      packages.push(readPackage(folder, segments));
    // Links are not followed: what they lead to is found where it is.
    for (const entry of entries) if (entry.isDirectory()) visit([...segments, entry.name]);
  };
  visit([]);
  return { packages, isWhole };
}

/** Packages that a container sees: what a higher layer has removed or replaced is not among them. */
export function visiblePackages(
  layers: { folder: string; packages: InstalledPackage[] }[],
): InstalledPackage[] {
  const kinds = layers.map(() => new Map<string, Kind>());
  const kindIn = (layer: number, path: string): Kind => {
    const known = kinds[layer]?.get(path);
    if (known) return known;
    const stats = fs.lstatSync(join(layers[layer]?.folder ?? '', path), { throwIfNoEntry: false });
    const kind = stats ? (stats.isDirectory() ? 'folder' : 'other') : 'absent';
    kinds[layer]?.set(path, kind);
    return kind;
  };
  const isHiddenBy = (layer: number, path: string): boolean => {
    const segments = path.split('/');
    for (let depth = 1; depth <= segments.length; depth++) {
      const kind = kindIn(layer, segments.slice(0, depth).join('/'));
      if (kind !== 'folder') return kind === 'other';
    }
    return false;
  };
  return layers.flatMap(({ packages }, index) =>
    packages.filter(
      ({ path }) => !layers.some((_, above) => above > index && isHiddenBy(above, `${path}/package.json`)),
    ),
  );
}

type Kind = 'absent' | 'folder' | 'other';

function entriesOf(folder: string): fs.Dirent[] | undefined {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

/** `…/node_modules/<name>` or `…/node_modules/@<scope>/<name>`. */
function isPackageFolder(segments: string[]): boolean {
  const [third, second, last = '.'] = [segments.at(-3), segments.at(-2), segments.at(-1)];
  if (/^[.@]/.test(last)) return false;
  return second === 'node_modules' || (second?.startsWith('@') === true && third === 'node_modules');
}

/** What cannot be read is still there: it is named by its folder. */
function readPackage(folder: string, segments: string[]): InstalledPackage {
  const path = segments.join('/');
  const manifest = readManifest(join(folder, path, 'package.json'));
  const version = textOf(manifest.version);
  const licence = licenceIn(manifest);
  return {
    path,
    name: textOf(manifest.name) ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    ...(version === undefined ? {} : { version }),
    ...(licence === undefined ? {} : { licence }),
  };
}

function readManifest(file: string): Record<string, unknown> {
  const descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
  try {
    if (fs.fstatSync(descriptor).size > LARGEST_FILE) return {};
    const value: unknown = JSON.parse(fs.readFileSync(descriptor, 'utf8').replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  } finally {
    fs.closeSync(descriptor);
  }
}

/** npm's `license`, and its two older forms. */
function licenceIn({ license, licenses }: Record<string, unknown>): string | undefined {
  const [first] = Array.isArray(licenses) ? (licenses as unknown[]) : [];
  const said = license ?? first;
  return textOf(typeof said === 'object' && said !== null ? (said as { type?: unknown }).type : said);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_TEXT) : undefined;
}
