import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import type { Workers } from '@slipway/definition';
import {
  type BlobStore,
  HOST_LABEL,
  hostPlatform,
  type ImageConfig,
  type Layers,
  MEDIA_TYPE,
  pack,
} from '@slipway/oci';
import type { Base } from '../execute/environment.ts';
import { DEFAULT_PATH } from '../execute/run.ts';
import { keyOf, type Layer } from '../execute/state.ts';
import { machineStamp, nodeFiles, systemFiles } from './host-files.ts';
import type { LayoutInput } from './layout-worker.ts';
import { FOLDERS, LINKS, NODE_LINKS, TEXTS } from './skeleton.ts';

export interface HostBaseOptions {
  /** Own folder, for remembering what was made. */
  folder: string;
  blobs: BlobStore;
  layers: Layers;
  pool: Workers;
  /** False where containers see the host's own files: then the image is a name and nothing else. */
  withFiles: boolean;
  execPath: string;
  nodeVersion: string;
}

/** 2000-01-01; equal on every machine. */
const TIME = 946_684_800;
const TIMEOUT_MS = 120_000;

/**
 * An image made of this machine's own Node, npm, shell, git and their libraries: what stands in for well-known base
 * images when no registry answers. Made when it is first asked for, and again when the machine's files change.
 */
export function hostBase(options: HostBaseOptions): () => Promise<Base> {
  let making: Promise<Base> | undefined;
  return () => {
    making ??= make(options).catch(error => {
      making = undefined;
      throw error;
    });
    return making;
  };
}

async function make(options: HostBaseOptions): Promise<Base> {
  if (!options.withFiles) return baseOf(options, []);
  const stamp = keyOf(
    await machineStamp(options.execPath),
    JSON.stringify([LINKS, NODE_LINKS, TEXTS, FOLDERS]),
  );
  const memory = join(options.folder, 'layers.json');
  const known = await remembered(memory, stamp, options.blobs);
  if (known) return baseOf(options, known);
  const system = await systemFiles();
  const own = new Set(system.map(({ to }) => to));
  const node = (await nodeFiles(options.execPath)).filter(({ to }) => !own.has(to));
  const first = await layer(options, { files: system, links: LINKS, texts: TEXTS, folders: FOLDERS });
  const second = await layer(options, { files: node, links: NODE_LINKS, texts: {}, folders: {} }, first);
  await remember(memory, { stamp, layers: [first, second] });
  return baseOf(options, [first, second]);
}

function baseOf({ nodeVersion, withFiles }: HostBaseOptions, layers: Layer[]): Base {
  const config: ImageConfig = {
    ...hostPlatform(),
    config: {
      Env: [`PATH=${DEFAULT_PATH}`, `NODE_VERSION=${nodeVersion}`, 'LANG=C.UTF-8'],
      Cmd: ['node'],
      WorkingDir: '/',
      Labels: { [HOST_LABEL]: 'host', 'dev.slipway.base.files': String(withFiles) },
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created_by: 'slipway host base' })),
  };
  return {
    key: keyOf('host-base', arch(), nodeVersion, ...layers.map(({ digest }) => digest)),
    config,
    layers,
  };
}

async function layer(
  options: HostBaseOptions,
  content: Omit<LayoutInput, 'target'>,
  below?: Layer,
): Promise<Layer> {
  const { blobs, layers, pool } = options;
  const target = layers.staging();
  await mkdir(target, { mode: 0o755 });
  try {
    const module = new URL('./layout-worker.ts', import.meta.url);
    const input: LayoutInput = { ...content, target };
    await pool.run({ module, task: 'layOut', input, timeoutMs: TIMEOUT_MS });
    const { digest, size } = await pack({
      folder: target,
      time: TIME,
      owners: 'root',
      exclude: [],
      lowers: [],
      blobs,
      run: work => pool.run(work),
      timeoutMs: TIMEOUT_MS,
    });
    await layers.adopt(target, { below: below?.diffId, diffId: digest });
    return { digest, diffId: digest, size, mediaType: MEDIA_TYPE.layer };
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

interface Memory {
  stamp: string;
  layers: Layer[];
}

async function remembered(path: string, stamp: string, blobs: BlobStore): Promise<Layer[] | undefined> {
  try {
    const memory = JSON.parse(await readFile(path, 'utf8')) as Memory;
    const there = await Promise.all(memory.layers.map(({ digest }) => blobs.has(digest)));
    return memory.stamp === stamp && there.every(Boolean) ? memory.layers : undefined;
  } catch {
    return undefined;
  }
}

async function remember(path: string, memory: Memory): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(memory), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
