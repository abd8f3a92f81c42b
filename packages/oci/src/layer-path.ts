import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';

/** Prefix of a name that removes its namesake in the layers below (image-spec, layer.md "Whiteouts"). */
export const WHITEOUT = '.wh.';
/** Removes everything that the layers below have in this folder. */
export const OPAQUE = '.wh..wh..opq';

export function unsafe(entry: string, why: string): SlipwayError {
  return new SlipwayError('LayerUnsafe', `layer: entry ${JSON.stringify(entry)}: ${why}`);
}

/**
 * A tar entry's name as segments below the root: `./a/` and `/a` are `a`.
 * @throws SlipwayError `LayerUnsafe` when it leaves the root
 */
export function segmentsOf(entry: string): string[] {
  if (entry.includes('\0')) throw unsafe(entry, 'a name with a NUL');
  const segments = entry.split('/').filter(segment => segment !== '' && segment !== '.');
  if (segments.includes('..')) throw unsafe(entry, 'leads out of the image ("..")');
  return segments;
}

/**
 * Absolute path of an entry, no part of whose way is a symbolic link: following one could leave the folder.
 * Known folders are remembered, for an archive names each of them many times.
 */
export function guardedPath(root: string, known: Set<string>): (entry: string, segments: string[]) => string {
  return (entry, segments) => {
    let parent = root;
    for (const segment of segments.slice(0, -1)) {
      parent = join(parent, segment);
      if (known.has(parent)) continue;
      const found = lstatSync(parent, { throwIfNoEntry: false });
      if (found?.isSymbolicLink())
        throw unsafe(entry, `goes through the symbolic link ${parent.slice(root.length)}`);
      if (found && !found.isDirectory())
        throw unsafe(entry, `goes through ${parent.slice(root.length)}, which is no folder`);
    }
    return join(parent, segments.at(-1) ?? '');
  };
}
