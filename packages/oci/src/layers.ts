import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { access, chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import type { BlobStore, Descriptor, Digest } from './blobs.ts';
import { algorithmOf, digestOf } from './digest.ts';
import { noteUse } from './layer-uses.ts';
import type { ImageConfig } from './manifest.ts';
import { compressionOf } from './media-type.ts';
import type { Unpacked, UnpackInput } from './unpack-worker.ts';

/** Runs a worker file's export off the main thread; `ports.pool.run` is one. */
export type RunWork = <T>(work: {
  module: URL;
  task: string;
  input: unknown;
  timeoutMs: number;
}) => Promise<T>;

/**
 * Unpacked layers, each a folder ready to be a lower layer of an overlay. They are derived from blobs and shared by
 * everybody who opens the same blob store; never write into one.
 */
export interface Layers {
  /** Folders of an image, lowest first; what is missing is unpacked now. */
  unpack(image: UnpackImage): Promise<string[]>;
  /** Takes over a folder that holds exactly what unpacking `diffId` onto `below` would make. */
  adopt(folder: string, chain: { below: Digest | undefined; diffId: Digest }): Promise<string>;
  /** A new name for a folder that `adopt` takes over later. */
  staging(): string;
}

/** An image, or what a build has of one so far. */
export interface UnpackImage {
  manifest: { layers: Descriptor[]; config?: Descriptor };
  config: Pick<ImageConfig, 'rootfs'>;
}

export interface LayersOptions {
  blobs: BlobStore;
  run: RunWork;
  limits?: { bytes: number; entries: number };
}

const LIMITS = { bytes: 16 * 2 ** 30, entries: 1_000_000 };
const UNPACK_TIMEOUT_MS = 10 * 60_000;
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Name of a stack of layers (image-spec, config.md "Layer ChainID"). */
export function chainIdOf(below: Digest | undefined, diffId: Digest): Digest {
  return below === undefined ? diffId : digestOf(`${below} ${diffId}`);
}

/**
 * Opens the unpacked layers below a blob store's folder. They are not synced to the disk, so a start of the machine
 * (not of the process) throws them away.
 */
export async function openLayers(options: LayersOptions): Promise<Layers> {
  const folder = layersFolder(options.blobs);
  await preparedOnce(folder);
  const recent = recentlyUsed(folder);
  const place = (chainId: Digest) => join(folder, hexOf(chainId));
  const staging = () => stagingIn(folder);
  const running = new Map<Digest, Promise<string>>();

  /** One at a time for each stack; everybody who asks meanwhile gets the same. */
  function ensure(step: Step): Promise<string> {
    const known = running.get(step.chainId);
    if (known) return known;
    const target = place(step.chainId);
    const made = exists(target).then(there =>
      there ? target : make(options, step, { staged: staging(), target }),
    );
    running.set(step.chainId, made);
    const forget = () => running.delete(step.chainId);
    made.then(forget, forget);
    return made;
  }

  return {
    staging,
    adopt: (made, chain) => {
      const chainId = chainIdOf(chain.below, chain.diffId);
      recent.add(hexOf(chainId));
      return settle(made, place(chainId));
    },
    unpack: async image => {
      const steps = stepsOf(image);
      // Before the first look at the disk: the collector leaves alone what was asked for since it began.
      for (const { chainId } of steps) recent.add(hexOf(chainId));
      const { config, layers } = image.manifest;
      const blobs = [...(config ? [config] : []), ...layers].map(({ digest }) => digest);
      // Without a note the blobs stay longer than they need to; that is all.
      await noteUse(options.blobs.folder, { chain: steps.map(({ chainId }) => chainId), blobs }).catch(
        () => {},
      );
      const lowers: string[] = [];
      for (const step of steps) lowers.push(await ensure({ ...step, lowers: [...lowers] }));
      return lowers;
    },
  };
}

interface Step {
  layer: Descriptor;
  diffId: Digest;
  chainId: Digest;
  lowers: string[];
}

function stepsOf({ manifest, config }: UnpackImage): Omit<Step, 'lowers'>[] {
  const diffIds = config.rootfs.diff_ids as Digest[];
  if (diffIds.length !== manifest.layers.length) {
    throw new SlipwayError(
      'ManifestInvalid',
      `image: ${manifest.layers.length} layers but ${diffIds.length} diff_ids in its config`,
    );
  }
  const chain = chainOf(config);
  return manifest.layers.map((layer, i) => ({
    layer,
    diffId: diffIds[i] as Digest,
    chainId: chain[i] as Digest,
  }));
}

/** Names of an image's stacks of layers, lowest first. */
export function chainOf({ rootfs }: Pick<ImageConfig, 'rootfs'>): Digest[] {
  let below: Digest | undefined;
  return (rootfs.diff_ids as Digest[]).map(diffId => {
    below = chainIdOf(below, diffId);
    return below;
  });
}

/** Where the unpacked layers of a blob store are. */
export function layersFolder(blobs: Pick<BlobStore, 'folder'>): string {
  return join(blobs.folder, 'layers');
}

/** What an unpacked layer's folder is called: the hex digits of its chain id. */
export const LAYER_NAME = /^(?:[0-9a-f]{64}|[0-9a-f]{128})$/;

/** A name for a folder that is not a layer yet, or no longer. */
export function stagingIn(folder: string): string {
  return join(folder, `staging-${process.pid}-${randomUUID()}`);
}

const recentByFolder = new Map<string, Set<string>>();

/** Names of the layers that somebody in this process asked for since the collector cleared it. */
export function recentlyUsed(folder: string): Set<string> {
  const known = recentByFolder.get(folder) ?? new Set();
  recentByFolder.set(folder, known);
  return known;
}

function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

async function make(
  { blobs, run, limits = LIMITS }: LayersOptions,
  { layer, diffId, lowers }: Step,
  { staged, target }: { staged: string; target: string },
): Promise<string> {
  const compression = compressionOf(layer.mediaType);
  if (compression === undefined) {
    throw new SlipwayError(
      'LayerUnsupported',
      `layer ${layer.digest}: media type ${JSON.stringify(layer.mediaType)} is no tar`,
    );
  }
  const owners = process.getuid?.() === 0;
  const file = blobs.path(layer.digest);
  const input: UnpackInput = {
    file,
    compression,
    target: staged,
    lowers,
    limits,
    owners,
    algorithm: algorithmOf(diffId),
  };
  try {
    const module = new URL('./unpack-worker.ts', import.meta.url);
    const unpacked = await run<Unpacked>({
      module,
      task: 'unpackLayer',
      input,
      timeoutMs: UNPACK_TIMEOUT_MS,
    });
    if (unpacked.diffId !== diffId) throw otherContent(layer, diffId, unpacked.diffId);
    return await settle(staged, target);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw error;
  }
}

/** Two that made the same one both succeed: the first stays. */
async function settle(made: string, place: string): Promise<string> {
  await chmod(made, 0o755);
  try {
    await rename(made, place);
  } catch (error) {
    if (!(await exists(place))) throw error;
    await rm(made, { recursive: true, force: true });
  }
  return place;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function bootId(): string {
  try {
    return readFileSync(BOOT_ID, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** Several users of one store open it at the same time; the first one makes it ready for all. */
const prepared = new Map<string, Promise<void>>();

function preparedOnce(folder: string): Promise<void> {
  const ready = prepared.get(folder) ?? forgetBefore(folder, bootId());
  prepared.set(folder, ready);
  ready.catch(() => prepared.delete(folder));
  return ready;
}

async function forgetBefore(folder: string, boot: string): Promise<void> {
  const mark = join(folder, 'boot');
  const last = await readFile(mark, 'utf8').catch(() => '');
  if (last === boot) return removeStaged(folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await writeFile(mark, boot);
}

/** What an earlier process left half made. */
async function removeStaged(folder: string): Promise<void> {
  const own = `staging-${process.pid}-`;
  const left = (await readdir(folder)).filter(name => name.startsWith('staging-') && !name.startsWith(own));
  await Promise.all(left.map(name => rm(join(folder, name), { recursive: true, force: true })));
}

function otherContent(layer: Descriptor, promised: Digest, found: Digest): SlipwayError {
  return new SlipwayError(
    'DigestMismatch',
    `layer ${layer.digest}: unpacked it has ${found}, its image promises ${promised}; nothing was kept`,
  );
}
