import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  chainIdOf,
  type Digest,
  type ImageConfig,
  type ImageManifest,
  MEDIA_TYPE,
  type Packed,
  pack,
} from '@slipway/oci';
import type { BuildEnvironment } from './environment.ts';
import { keyOf, type Layer, type StageState, timeAfter } from './state.ts';

/** Never part of a layer: what the runtime mounts or writes for the container. */
const NOT_OURS = [
  'proc',
  'sys',
  'dev',
  'etc/resolv.conf',
  'etc/hosts',
  'etc/hostname',
  'run/slipway',
  '.dockerenv',
];
const PACK_TIMEOUT_MS = 10 * 60_000;

/** Unpacked folders of a state's layers, lowest first. */
export async function foldersOf({ layers }: BuildEnvironment, state: StageState): Promise<string[]> {
  const manifest = { layers: state.layers } as unknown as ImageManifest;
  const config = {
    rootfs: { type: 'layers', diff_ids: state.layers.map(({ diffId }) => diffId) },
  } as ImageConfig;
  return layers.unpack({ manifest, config });
}

export interface LayerStep {
  /** What the instruction does, as one text; with the state below it names the layer. */
  key: string;
  title: string;
  /** Fills the empty folder, and says what it holds then. */
  make(upper: string, lowers: string[]): Promise<Made>;
}

export interface Made {
  content: Content;
  ownersOf?: Record<string, { uid: number; gid: number }>;
}

/** The layer itself; what an overlay was changed by; or a changed copy of all layers, where there are no overlays. */
export type Content = 'layer' | 'overlay' | 'copy';

/** Adds one layer to the state: from the cache when everything that went into it is the same, else made now. */
export async function addLayer(build: BuildEnvironment, state: StageState, step: LayerStep): Promise<void> {
  const pending = state.pendingFolders.splice(0);
  const key = keyOf(state.key, step.key, pending.join('\n'));
  const time = timeAfter(state.time, key);
  const cached = await build.cache.find(key);
  build.log.line(cached ? `${step.title}  (cached)` : step.title);
  const layer = cached ?? (await makeTimed(build, state, { ...step, key, time, pending }));
  state.key = key;
  state.time = time;
  state.layers.push(layer);
  state.history.push({ created_by: step.title });
}

async function makeTimed(
  build: BuildEnvironment,
  state: StageState,
  step: LayerStep & { time: number; pending: string[] },
): Promise<Layer> {
  const begun = build.clock.now();
  const layer = await makeLayer(build, state, step);
  await build.cache.add(step.key, layer);
  const seconds = ((build.clock.now() - begun) / 1000).toFixed(1);
  build.log.line(`  done in ${seconds} s, ${(layer.size / (1 << 20)).toFixed(1)} MiB`);
  return layer;
}

async function makeLayer(
  build: BuildEnvironment,
  state: StageState,
  step: LayerStep & { time: number; pending: string[] },
): Promise<Layer> {
  const lowers = await foldersOf(build, state);
  const upper = build.layers.staging();
  await mkdir(upper, { mode: 0o755 });
  try {
    if (step.pending.length > 0) await makeFolders(build, { upper, lowers, folders: step.pending });
    const { content, ownersOf } = await step.make(upper, lowers);
    const removed = content === 'layer' ? [] : await cleanUp(build, { upper, lowers, content });
    const packed = await pack({
      folder: upper,
      time: step.time,
      owners: process.getuid?.() === 0 ? 'keep' : 'root',
      ...(ownersOf ? { ownersOf } : {}),
      exclude: [],
      lowers: content === 'overlay' ? lowers : [],
      whiteouts: removed,
      limitBytes: build.limits.layerBytes,
      blobs: build.blobs,
      run: work => build.pool.run(work),
      timeoutMs: PACK_TIMEOUT_MS,
    });
    if (removed.length === 0) await keepFolder(build, state, { upper, packed });
    return { digest: packed.digest, diffId: packed.digest, size: packed.size, mediaType: MEDIA_TYPE.layer };
  } finally {
    await rm(upper, { recursive: true, force: true });
  }
}

/** Removes what the container's surroundings left in the folder. */
async function cleanUp(
  build: BuildEnvironment,
  { upper, lowers, content }: { upper: string; lowers: string[]; content: Content },
): Promise<string[]> {
  for (const path of NOT_OURS) await rm(join(upper, path), { recursive: true, force: true });
  // The overlay's own, beside its upper folder; it may not be ours to remove.
  await build.run.remove(`${upper}.work`);
  return content === 'copy' ? reduceCopy(build, { upper, lowers }) : [];
}

/** Leaves only what is new or changed in the copy; resolves with what was removed from it. */
async function reduceCopy(
  build: BuildEnvironment,
  { upper, lowers }: { upper: string; lowers: string[] },
): Promise<string[]> {
  // The process driver leaves out the lowest layer, which stands for the machine itself.
  const copied = build.run.driver === 'process' ? lowers.slice(1) : lowers;
  const module = new URL('./reduce-worker.ts', import.meta.url);
  return build.pool.run<string[]>({
    module,
    task: 'reduceCopy',
    input: { upper, lowers: copied },
    timeoutMs: PACK_TIMEOUT_MS,
  });
}

/** What was just packed need not be unpacked again, unless it has marks that only an overlay's upper may have. */
async function keepFolder(
  build: BuildEnvironment,
  { layers }: StageState,
  { upper, packed }: { upper: string; packed: Packed },
): Promise<void> {
  if (packed.opaque > 0) return;
  const below = layers.reduce<Digest | undefined>((chain, { diffId }) => chainIdOf(chain, diffId), undefined);
  await build.layers.adopt(upper, { below, diffId: packed.digest });
}

async function makeFolders(
  build: BuildEnvironment,
  input: { upper: string; lowers: string[]; folders: string[] },
): Promise<void> {
  const module = new URL('./copy-worker.ts', import.meta.url);
  await build.pool.run({ module, task: 'makeFolders', input, timeoutMs: PACK_TIMEOUT_MS });
}

/** `WORKDIR` as the last word of a stage still has to bring its folder. */
export async function flushFolders(build: BuildEnvironment, state: StageState): Promise<void> {
  if (state.pendingFolders.length === 0) return;
  const title = `WORKDIR ${state.pendingFolders.join(' ')}`;
  const folders = state.pendingFolders.join('\n');
  await addLayer(build, state, {
    key: `folders ${folders}`,
    title,
    make: async () => ({ content: 'layer' }),
  });
}
