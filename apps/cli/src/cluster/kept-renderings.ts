import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderCache } from '@slipway/definition';

/** Renderings in the cache's folder, by the digest of all that went into them; what cannot be read is made anew. */
export function keptRenderings(cacheFolder: string): RenderCache {
  const folder = join(cacheFolder, 'rendered');
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
