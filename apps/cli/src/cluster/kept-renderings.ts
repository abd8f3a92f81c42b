import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RenderCache } from '@slipway/cluster';

/**
 * Renderings in the cache's folder, by the digest of all that went into them; what cannot be read is made anew. Another
 * build of this program may render otherwise, so each has its own; sources that run as they are keep nothing.
 */
export function keptRenderings(cacheFolder: string): RenderCache | undefined {
  const self = import.meta.url;
  if (self.endsWith('.ts')) return undefined;
  const { mtimeMs, size } = statSync(fileURLToPath(self));
  const build = createHash('sha256').update(`${self} ${mtimeMs} ${size}`).digest('hex').slice(0, 16);
  const folder = join(cacheFolder, 'rendered', build);
  const pathOf = (key: string) => join(folder, `${key}.json`);
  return {
    get: key => {
      try {
        return JSON.parse(readFileSync(pathOf(key), 'utf8'));
      } catch {
        return undefined;
      }
    },
    set: (key, rendered) => {
      const draft = `${pathOf(key)}.${process.pid}.new`;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(draft, JSON.stringify(rendered), { mode: 0o600 });
      renameSync(draft, pathOf(key));
    },
  };
}
