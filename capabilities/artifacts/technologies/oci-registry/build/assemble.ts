import {
  type Descriptor,
  type Digest,
  digestOf,
  hostPlatform,
  type ImageConfig,
  MEDIA_TYPE,
} from '@slipway/oci';
import type { Registry } from '../registry/registry.ts';
import type { Base } from './execute/environment.ts';
import type { StageState } from './execute/state.ts';

/**
 * Writes configuration and manifest and gives them to a repository, through the registry's own checks. The image is
 * seen under its tags when it is complete, never before.
 * @param image.attach what is to hang on the image before it is seen
 */
export async function publish(
  registry: Registry,
  image: {
    repository: string;
    tags: string[];
    config: ImageConfig;
    layers: StageState['layers'];
    attach?: (image: Descriptor) => Promise<unknown>;
  },
): Promise<Digest> {
  const { repository, layers } = image;
  const text = JSON.stringify(image.config);
  const config = { digest: digestOf(text), size: Buffer.byteLength(text) };
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: { mediaType: MEDIA_TYPE.config, ...config },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const subject = { mediaType: MEDIA_TYPE.manifest, digest: digestOf(bytes), size: bytes.length };
  // Together, for in a small build each sync that is waited for alone is felt.
  await Promise.all([
    registry.guarded(config.digest, async () => {
      await registry.blobs.write(single(Buffer.from(text)), config.digest);
      await registry.link(repository, [config, ...layers]);
    }),
    registry.blobs.write(single(bytes), subject.digest),
    image.attach?.(subject),
  ]);
  const put = (reference: string) =>
    registry.putManifest(repository, { reference, mediaType: MEDIA_TYPE.manifest, bytes });
  await Promise.all(image.tags.map(put));
  return subject.digest;
}

/** The configuration of a finished stage. Its times are those of its layers, so that equal inputs give equal bytes. */
export function configOf(state: StageState): ImageConfig {
  const created = new Date(state.time * 1000).toISOString();
  return {
    ...hostPlatform(),
    created,
    config: state.config,
    rootfs: { type: 'layers', diff_ids: state.layers.map(({ diffId }) => diffId) },
    history: state.history.map(entry => ({ created, ...entry })),
  };
}

/** The host base as an image of its own, for pipelines and for whoever wants to look. */
export async function publishHostBase(
  registry: Registry,
  repository: string,
  base: Base,
  tag: string,
): Promise<Digest> {
  return publish(registry, { repository, tags: ['latest', tag], config: base.config, layers: base.layers });
}

async function* single(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
