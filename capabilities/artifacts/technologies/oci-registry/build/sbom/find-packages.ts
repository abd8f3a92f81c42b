import type { Workers } from '@slipway/definition';
import { chainOf, type Layers } from '@slipway/oci';
import type { Layer } from '../execute/state.ts';
import type { InstalledPackage, LayerPackages } from './installed.ts';

/** Packages of an image that is made of these layers. */
export type FindPackages = (layers: Layer[]) => Promise<LayerPackages>;

const MOST_REMEMBERED = 200;
const TIMEOUT_MS = 120_000;

/** A layer never changes, so each is looked through once, and only what is new costs time. */
export function packageFinder({ layers, pool }: { layers: Layers; pool: Workers }): FindPackages {
  const module = new URL('./installed-packages-worker.ts', import.meta.url);
  const remembered = new Map<string, LayerPackages>();

  async function packagesOf(name: string, folder: string): Promise<LayerPackages> {
    const known = remembered.get(name);
    const packages =
      known ??
      (await pool.run<LayerPackages>({
        module,
        task: 'packagesOfLayer',
        input: { folder },
        timeoutMs: TIMEOUT_MS,
      }));
    // The latest used last: the first is the one to forget.
    remembered.delete(name);
    remembered.set(name, packages);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MOST_REMEMBERED) break;
      remembered.delete(oldest);
    }
    return packages;
  }

  return async image => {
    const config = { rootfs: { type: 'layers' as const, diff_ids: image.map(({ diffId }) => diffId) } };
    const folders = await layers.unpack({ manifest: { layers: image }, config });
    const names = chainOf(config);
    const found: LayerPackages[] = [];
    for (const [i, folder] of folders.entries()) found.push(await packagesOf(names[i] ?? '', folder));
    return {
      packages: await visible(found.map(({ packages }, i) => ({ packages, folder: folders[i] ?? '' }))),
      isWhole: found.every(({ isWhole }) => isWhole),
    };
  };

  /** One layer with packages and none above: nothing can be hidden. */
  async function visible(
    input: { folder: string; packages: InstalledPackage[] }[],
  ): Promise<InstalledPackage[]> {
    const first = input.findIndex(({ packages }) => packages.length > 0);
    if (first === -1) return [];
    if (first === input.length - 1) return input[first]?.packages ?? [];
    return pool.run({ module, task: 'visiblePackages', input: input.slice(first), timeoutMs: TIMEOUT_MS });
  }
}
