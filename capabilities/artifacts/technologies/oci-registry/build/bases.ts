import { type Clock, messageOf, SlipwayError } from '@slipway/api';
import {
  type BlobStore,
  createRegistryClient,
  type Digest,
  formatReference,
  hostImageFor,
  hostPlatform,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
  isIndexType,
  parseImageConfig,
  parseReference,
  type Reference,
  type RegistryClient,
  selectPlatform,
} from '@slipway/oci';
import type { Registry } from '../registry/registry.ts';
import type { Base } from './execute/environment.ts';

export const INTERNAL_REGISTRY = 'registry.slipway.internal';
export const HOST_REPOSITORY = 'slipway/host-base';

export interface BasesOptions {
  blobs: BlobStore;
  registry: Registry;
  host: () => Promise<Base>;
  clock: Clock;
  /** Tests give their own; default: any registry by its name. */
  client?: RegistryClient;
}

export interface Bases {
  /** @param mayRead whether this build may pull a repository of our own registry */
  fetch(
    reference: string,
    build: { mayRead(repository: string): Promise<boolean>; say(line: string): void; signal: AbortSignal },
  ): Promise<Base>;
  close(): void;
}

/** A registry that does not answer within this time is as good as none. */
const ANSWER_MS = 4_000;
/** After a failure a registry is not asked again for this long: an offline laptop should not wait at every build. */
const SILENT_MS = 60_000;
const PULL_MS = 10 * 60_000;

/** Finds base images: in our own registry, in any other, or made of the machine's own files when none answers. */
export function openBases(options: BasesOptions): Bases {
  const client = options.client ?? createRegistryClient({ attempts: 1, idleTimeoutMs: ANSWER_MS });
  const silentUntil = new Map<string, { at: number; why: string }>();

  async function fromElsewhere(reference: Reference, signal: AbortSignal): Promise<Base> {
    const silent = silentUntil.get(reference.registry);
    if (silent && silent.at > options.clock.now()) throw new SlipwayError('RegistryUnreachable', silent.why);
    try {
      const answered = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      const { descriptor } = await client.manifest(reference, answered);
      const { tag: _, ...rest } = reference;
      const image = await client.pull(
        { ...rest, digest: descriptor.digest },
        { blobs: options.blobs, signal: AbortSignal.any([signal, AbortSignal.timeout(PULL_MS)]) },
      );
      return baseOf(image);
    } catch (error) {
      signal.throwIfAborted();
      if (!isUnknown(error)) {
        silentUntil.set(reference.registry, { at: options.clock.now() + SILENT_MS, why: messageOf(error) });
      }
      throw error;
    }
  }

  return {
    close: () => client.close(),
    fetch: async (text, build) => {
      const reference = parseReference(text);
      if (reference.registry === INTERNAL_REGISTRY) return fromHere(options, reference, build);
      try {
        const base = await fromElsewhere(reference, build.signal);
        build.say(`base ${formatReference(reference)}`);
        return base;
      } catch (error) {
        build.signal.throwIfAborted();
        const standsIn =
          reference.digest === undefined && hostImageFor(text) !== undefined && !isUnknown(error);
        if (!standsIn) throw error;
        build.say(`base ${text}: no registry answered (${messageOf(error)})`);
        build.say(
          `base ${text}: built on this machine's own Node ${process.versions.node} and tools instead (label dev.slipway.base=host)`,
        );
        return options.host();
      }
    },
  };
}

async function fromHere(
  { registry, blobs, host }: BasesOptions,
  reference: Reference,
  build: { mayRead(repository: string): Promise<boolean> },
): Promise<Base> {
  const { repository } = reference;
  if (repository === HOST_REPOSITORY) return host();
  if (!(await build.mayRead(repository))) {
    throw new SlipwayError(
      'RegistryDenied',
      `image ${formatReference(reference)}: this team may not pull it`,
    );
  }
  const stored = await registry.manifest(repository, reference.digest ?? reference.tag ?? 'latest');
  const isIndex = isIndexType(stored.record.mediaType);
  const digest = isIndex
    ? selectPlatform(JSON.parse(stored.bytes.toString()) as ImageIndex, hostPlatform()).digest
    : stored.record.digest;
  const chosen = isIndex ? await registry.manifest(repository, digest) : stored;
  const manifest = JSON.parse(chosen.bytes.toString()) as ImageManifest;
  const config = parseImageConfig(Buffer.concat(await blobs.read(manifest.config.digest).toArray()));
  return baseOf({ digest, manifest, config });
}

function baseOf({
  digest,
  manifest,
  config,
}: {
  digest: Digest;
  manifest: ImageManifest;
  config: ImageConfig;
}): Base {
  const layers = manifest.layers.map(({ digest: layer, size, mediaType }, i) => ({
    digest: layer,
    size,
    mediaType,
    diffId: config.rootfs.diff_ids[i] as Digest,
  }));
  return { key: digest, config, layers };
}

/** The registry answered, and it has no such image: nothing stands in for a misspelt name. */
function isUnknown(error: unknown): boolean {
  return error instanceof SlipwayError && error.code === 'ImageUnknown';
}
