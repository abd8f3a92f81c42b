import { type Clock, type Log, messageOf, SlipwayError } from '@slipway/api';
import type { Address } from '@slipway/definition';
import {
  type BlobStore,
  createRegistryClient,
  credentialsFor,
  type Digest,
  formatReference,
  HOST_IMAGE,
  HOST_LABEL,
  hostImageFor,
  type ImageConfig,
  type ImageManifest,
  type Layers,
  openLayers,
  parseReference,
  type Reference,
  type RegistryClient,
  type RunWork,
} from '@slipway/oci';
import type { ImageNames } from './image-names.ts';
import { readLocal } from './local-image.ts';

/** An image ready to be a container's root. */
export interface Image {
  /** As `status.imageID` has it: repository and digest. */
  id: string;
  config: ImageConfig;
  /** Unpacked, lowest first. */
  layers: string[];
  /** Made of this machine's own programs. */
  hostBased: boolean;
  /** Set when another image stands in for the one that was asked for. */
  standIn?: string;
  /** False: it was here already. */
  pulled: boolean;
  sizeBytes: number;
}

export interface Images {
  /** Rejects with `ImagePull` or `ImageNeverPull` or `InvalidImageName`, with a message as upstream's. */
  ensure(request: ImageRequest): Promise<Image>;
  /** Whether `ensure` will have to ask a registry. */
  isHere(image: string, policy: string | undefined): boolean;
  close(): void;
}

export interface ImageRequest {
  image: string;
  policy: string | undefined;
  /** `.dockerconfigjson` texts of the pod's imagePullSecrets. */
  secrets: string[];
  signal?: AbortSignal;
}

export interface ImagesOptions {
  blobs: BlobStore;
  run: RunWork;
  names: ImageNames;
  clock: Clock;
  log: Log;
  token(): Promise<string>;
  resolve(name: string): Address;
}

const OUR_REGISTRY = 'registry.slipway.internal';

export async function openImages(options: ImagesOptions): Promise<Images> {
  const layers = await openLayers({ blobs: options.blobs, run: options.run });
  const own = clientFor(options, []);
  return {
    isHere: (image, policy) => localDigest(options.names, parsed(image), policy) !== undefined,
    ensure: async request => {
      const reference = parsed(request.image);
      const local = localDigest(options.names, reference, request.policy);
      const here = local && (await readLocal(options.blobs, local));
      if (local && here) return imageOf(layers, reference, { ...here, digest: local }, { pulled: false });
      if (request.policy === 'Never') {
        const message = `Container image ${JSON.stringify(request.image)} is not present with pull policy of Never`;
        throw new SlipwayError('ImageNeverPull', message);
      }
      const client = request.secrets.length === 0 ? own : clientFor(options, request.secrets);
      return pull(options, layers, { client, reference, request });
    },
    close: () => own.close(),
  };
}

/** `Always` for `latest`, as the API server sets it too. */
function localDigest(
  names: ImageNames,
  reference: Reference,
  policy: string | undefined,
): Digest | undefined {
  if (reference.digest) return reference.digest as Digest;
  if (policy === 'Always') return undefined;
  return names.get(formatReference(reference));
}

function parsed(image: string): Reference {
  try {
    return parseReference(image);
  } catch (error) {
    const text = `Failed to apply default image tag ${JSON.stringify(image)}: ${messageOf(error)}`;
    throw new SlipwayError('InvalidImageName', text);
  }
}

interface Pull {
  client: RegistryClient;
  reference: Reference;
  request: ImageRequest;
}

async function pull(
  options: ImagesOptions,
  layers: Layers,
  { client, reference, request }: Pull,
): Promise<Image> {
  const { blobs, names } = options;
  const wanted = { blobs, ...(request.signal ? { signal: request.signal } : {}) };
  try {
    const image = await client.pull(reference, wanted);
    await names.set(formatReference(reference), image.digest);
    return await imageOf(layers, reference, image, { pulled: true });
  } catch (error) {
    const standIn = hostImageFor(request.image);
    if (standIn === undefined || !mayStandIn(error)) throw pullError(request.image, error);
    options.log.info('image: no registry answers; taking the host image', { image: request.image });
    const image = await client.pull(parseReference(standIn), wanted).catch(other => {
      throw pullError(request.image, other);
    });
    return imageOf(layers, parseReference(HOST_IMAGE), image, { pulled: true, standIn });
  }
}

/** Only for a registry that cannot be reached: an image that one denies or does not know must fail. */
function mayStandIn(error: unknown): boolean {
  return error instanceof SlipwayError && error.code === 'RegistryUnreachable';
}

function pullError(image: string, error: unknown): SlipwayError {
  return new SlipwayError(
    'ImagePull',
    `failed to pull and unpack image ${JSON.stringify(image)}: ${messageOf(error)}`,
    {
      cause: error,
    },
  );
}

async function imageOf(
  layers: Layers,
  { registry, repository }: Reference,
  image: { manifest: ImageManifest; config: ImageConfig; digest: Digest },
  found: { pulled: boolean; standIn?: string },
): Promise<Image> {
  const { manifest, config, digest } = image;
  return {
    id: `${registry}/${repository}@${digest}`,
    config,
    layers: await layers.unpack({ manifest, config }),
    hostBased: config.config?.Labels?.[HOST_LABEL] === 'host',
    sizeBytes: manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
    ...found,
  };
}

function clientFor(options: ImagesOptions, secrets: string[]): RegistryClient {
  return createRegistryClient({
    clock: options.clock,
    endpoint: registry => (registry === OUR_REGISTRY ? options.resolve(registry) : undefined),
    credentials: async registry => {
      for (const secret of secrets) {
        const found = credentialsFor(secret, registry);
        if (found) return found;
      }
      return registry === OUR_REGISTRY ? { password: await options.token() } : undefined;
    },
  });
}
