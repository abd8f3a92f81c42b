import type { Clock, Random } from '@slipway/api';
import type { Workers } from '@slipway/definition';
import type { BlobStore, ImageConfig, Layers } from '@slipway/oci';
import type { Mount, Sandbox } from '@slipway/sandbox';
import type { BuildLog } from '../build-log.ts';
import type { LayerCache } from '../layer-cache.ts';
import type { Layer } from './state.ts';

/** An image that a stage begins with, its layers in the blob store. */
export interface Base {
  /** What names it in cache keys: its manifest's digest. */
  key: string;
  config: ImageConfig;
  layers: Layer[];
}

/** All that carrying out a build needs of the world. */
export interface BuildEnvironment {
  blobs: BlobStore;
  layers: Layers;
  cache: LayerCache;
  pool: Workers;
  run: Sandbox;
  clock: Clock;
  random: Random;
  log: BuildLog;
  /** Fetches what `FROM` or `COPY --from` names; says in the log what it took. */
  base(reference: string): Promise<Base>;
  /** For RUN only, never in a layer. */
  secrets: { mounts: Mount[]; env: Record<string, string> };
  limits: { runMs: number; layerBytes: number; memoryBytes: number };
  signal: AbortSignal;
}

/** Where the files of a build are. */
export interface BuildSources {
  /** The build context. */
  folder: string;
  /** Text of the `.dockerignore` that applies. */
  ignore: string;
  /** Folders that `COPY --from=<name>` reaches besides stages and images. */
  named: Record<string, string>;
}
