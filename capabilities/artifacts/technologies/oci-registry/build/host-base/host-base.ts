import { mkdir, readFile, rm } from 'node:fs/promises';
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
  writeWhole,
} from '@slipway/oci';
import type { Base } from '../execute/environment.ts';
import { DEFAULT_PATH } from '../execute/run.ts';
import { keyOf, type Layer } from '../execute/state.ts';
import { machineStamp, nodeFiles, systemFiles } from './host-files.ts';
import type { LayoutInput } from './layout-worker.ts';
import { FOLDERS, LINKS, OWNERS, TEXTS } from './skeleton.ts';

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
  const stamp = keyOf(
    options.withFiles ? await machineStamp(options.execPath) : 'no files',
    JSON.stringify([LINKS, TEXTS, FOLDERS, OWNERS]),
  );
  const memory = join(options.folder, 'layer.json');
  const known = await remembered(memory, stamp, options.blobs);
  if (known) return baseOf(options, known);
  const made = await makeLayer(options, await contentOf(options));
  await remember(memory, { stamp, layer: made });
  return baseOf(options, made);
}

/** One layer, the lowest: the process driver takes it for the machine itself. */
async function contentOf({ withFiles, execPath }: HostBaseOptions): Promise<Omit<LayoutInput, 'target'>> {
  if (!withFiles) return { files: [], links: {}, texts: TEXTS, folders: FOLDERS };
  const files = [...(await nodeFiles(execPath)), ...(await systemFiles())];
  return { files, links: LINKS, texts: TEXTS, folders: FOLDERS };
}

function baseOf({ nodeVersion, withFiles }: HostBaseOptions, layer: Layer): Base {
  const config: ImageConfig = {
    ...hostPlatform(),
    config: {
      Env: [`PATH=${DEFAULT_PATH}`, `NODE_VERSION=${nodeVersion}`, 'LANG=C.UTF-8'],
      Cmd: ['node'],
      WorkingDir: '/',
      Labels: { [HOST_LABEL]: 'host', 'dev.slipway.base.files': String(withFiles) },
    },
    rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    history: [{ created_by: 'slipway host base' }],
  };
  return { key: keyOf('host-base', arch(), nodeVersion, layer.digest), config, layers: [layer] };
}

async function makeLayer(options: HostBaseOptions, content: Omit<LayoutInput, 'target'>): Promise<Layer> {
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
      owners: process.getuid?.() === 0 ? 'keep' : 'root',
      ownersOf: OWNERS,
      exclude: [],
      lowers: [],
      blobs,
      run: work => pool.run(work),
      timeoutMs: TIMEOUT_MS,
    });
    await layers.adopt(target, { below: undefined, diffId: digest });
    return { digest, diffId: digest, size, mediaType: MEDIA_TYPE.layer };
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

interface Memory {
  stamp: string;
  layer: Layer;
}

async function remembered(path: string, stamp: string, blobs: BlobStore): Promise<Layer | undefined> {
  try {
    const memory = JSON.parse(await readFile(path, 'utf8')) as Memory;
    return memory.stamp === stamp && (await blobs.has(memory.layer.digest)) ? memory.layer : undefined;
  } catch {
    return undefined;
  }
}

async function remember(path: string, memory: Memory): Promise<void> {
  await writeWhole(path, JSON.stringify(memory), { durable: true });
}
