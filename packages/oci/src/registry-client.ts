import type { IncomingMessage } from 'node:http';
import { type Clock, SlipwayError, systemClock } from '@slipway/api';
import type { BlobStore, Descriptor, Digest, Platform } from './blobs.ts';
import { algorithmOf, digestOf } from './digest.ts';
import {
  type ImageConfig,
  type ImageManifest,
  type Manifest,
  parseImageConfig,
  parseManifest,
} from './manifest.ts';
import { ACCEPT_MANIFESTS } from './media-type.ts';
import { hostPlatform, selectPlatform } from './platform.ts';
import { formatReference, type Reference } from './reference.ts';
import { authorize, parseChallenge, type RegistryCredentials } from './registry-auth.ts';
import {
  type Endpoint,
  type RegistryHttp,
  type RegistryHttpOptions,
  type RegistryRequest,
  readBody,
  registryHttp,
} from './registry-http.ts';
import { type PushOptions, pushImage } from './registry-push.ts';

export interface RegistryClientOptions {
  /** Where a registry is dialled; undefined: at its own name with the system's authorities. */
  endpoint?: (registry: string) => Endpoint | undefined;
  /** Asked each time, for tokens are short-lived; undefined: anonymous. */
  credentials?: (registry: string) => Promise<RegistryCredentials | undefined>;
  /** Judges every address before it is dialled. */
  guard?: RegistryHttpOptions['guard'];
  clock?: Clock;
  connectTimeoutMs?: number;
  idleTimeoutMs?: number;
  attempts?: number;
}

export interface FetchedManifest {
  descriptor: Descriptor;
  bytes: Buffer;
  manifest: Manifest;
}

/** An image for one platform, all its bytes verified and in the blob store. */
export interface PulledImage {
  /** Registry and repository with the digest that was asked for (of the index, when there is one). */
  reference: Reference;
  /** Digest of the platform's own manifest. */
  digest: Digest;
  manifest: ImageManifest;
  config: ImageConfig;
}

export interface PullOptions {
  blobs: BlobStore;
  platform?: Platform;
  signal?: AbortSignal;
}

/**
 * Talks to registries (distribution-spec 1.1).
 * Errors: `RegistryUnreachable`, `RegistryDenied`, `ImageUnknown`, `DigestMismatch`, `ManifestInvalid`, `PlatformMissing`.
 */
export interface RegistryClient {
  manifest(reference: Reference, signal?: AbortSignal): Promise<FetchedManifest>;
  /** Fetches what the store does not hold yet. */
  pull(reference: Reference, options: PullOptions): Promise<PulledImage>;
  /** Sends the manifest `root` of the store and everything below it; resolves with its digest. */
  push(reference: Reference, root: Descriptor, options: PushOptions): Promise<Digest>;
  /** For requests of your own: authorization and retries are done. `path` is below `/v2/<repository>/`. */
  send(reference: Reference, call: Omit<RegistryRequest, 'url'> & { path: string }): Promise<IncomingMessage>;
  close(): void;
}

const MANIFEST_BYTES = 4 << 20;
const CONFIG_BYTES = 8 << 20;

/** Docker Hub's API is not at the name its references have. */
const HOSTS: Record<string, string> = { 'docker.io': 'registry-1.docker.io' };

/**
 * @example
 * const client = createRegistryClient();
 * const image = await client.pull(parseReference('ghcr.io/acme/web:1'), { blobs });
 */
export function createRegistryClient(options: RegistryClientOptions = {}): RegistryClient {
  const http = registryHttp({ ...options, clock: options.clock ?? systemClock });
  const send = authorizing(http, options);
  return {
    send,
    manifest: (reference, signal) => fetchManifest(send, reference, signal),
    pull: (reference, how) => pullImage(send, reference, how),
    push: (reference, root, how) => pushImage({ send, expectStatus }, reference, root, how),
    close: http.close,
  };
}

type Send = RegistryClient['send'];

/** Sends with what was granted before; answers a challenge once. */
function authorizing(http: RegistryHttp, options: RegistryClientOptions): Send {
  const granted = new Map<string, string>();
  return async (reference, call) => {
    const { registry, repository } = reference;
    const url = urlOf(registry, repository, call.path);
    const actions = call.method === 'GET' || call.method === 'HEAD' ? 'pull' : 'pull,push';
    const scope = `repository:${repository}:${actions}`;
    const key = `${registry} ${scope}`;
    const attempt = () => http.send({ ...call, url, headers: headersWith(call.headers, granted.get(key)) });
    const answer = await attempt();
    const challenge =
      answer.statusCode === 401 ? parseChallenge(answer.headers['www-authenticate']) : undefined;
    if (!challenge) return answer;
    answer.resume();
    const credentials = await options.credentials?.(registry);
    const authorization = await authorize(http, challenge, { scope, credentials, signal: call.signal });
    if (authorization === undefined) throw denied(reference, 'credentials are needed');
    granted.set(key, authorization);
    return attempt();
  };
}

async function fetchManifest(
  send: Send,
  reference: Reference,
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  const answer = await send(reference, {
    method: 'GET',
    path: `manifests/${reference.digest ?? reference.tag ?? 'latest'}`,
    headers: { accept: ACCEPT_MANIFESTS },
    ...(signal ? { signal } : {}),
  });
  await expectStatus(answer, reference, 200);
  const bytes = await readBody(answer, MANIFEST_BYTES);
  const promised = reference.digest ?? answer.headers['docker-content-digest'];
  const digest = digestOf(bytes, reference.digest ? algorithmOf(reference.digest) : 'sha256');
  if (promised !== undefined && promised !== digest) throw changed(reference, String(promised), digest);
  const manifest = parseManifest(bytes, contentType(answer));
  return { bytes, manifest, descriptor: { mediaType: manifest.mediaType, digest, size: bytes.length } };
}

async function fetchBlob(
  send: Send,
  reference: Reference,
  { blob: { digest, size }, blobs, signal }: PullOptions & { blob: Descriptor },
): Promise<void> {
  if (await blobs.has(digest)) return;
  const answer = await send(reference, {
    method: 'GET',
    path: `blobs/${digest}`,
    ...(signal ? { signal } : {}),
  });
  await expectStatus(answer, reference, 200);
  await blobs.write(answer, digest, { limit: size });
}

async function pullImage(send: Send, reference: Reference, wanted: PullOptions): Promise<PulledImage> {
  const root = await fetchManifest(send, reference, wanted.signal);
  await keep(wanted.blobs, root);
  const image = await forPlatform(send, reference, { ...wanted, root });
  const { config, layers } = image.manifest;
  await Promise.all([config, ...layers].map(blob => fetchBlob(send, reference, { ...wanted, blob })));
  const { registry, repository } = reference;
  return {
    ...image,
    reference: { registry, repository, digest: root.descriptor.digest },
    config: parseImageConfig(await readBody(wanted.blobs.read(config.digest), CONFIG_BYTES)),
  };
}

async function forPlatform(
  send: Send,
  reference: Reference,
  { root, platform, blobs, signal }: PullOptions & { root: FetchedManifest },
): Promise<{ digest: Digest; manifest: ImageManifest }> {
  if (root.manifest.kind === 'image') {
    return { digest: root.descriptor.digest, manifest: root.manifest.value };
  }
  const { digest } = selectPlatform(root.manifest.value, platform ?? hostPlatform());
  const found = await fetchManifest(send, { ...reference, digest }, signal);
  await keep(blobs, found);
  if (found.manifest.kind === 'image') return { digest, manifest: found.manifest.value };
  throw new SlipwayError('ManifestInvalid', `image ${formatReference(reference)}: its index names an index`);
}

function urlOf(registry: string, repository: string, path: string): URL {
  const host = HOSTS[registry] ?? registry;
  // An upload goes on at the address the registry gave.
  if (/^https?:\/\//.test(path)) return new URL(path);
  return new URL(
    path.startsWith('/') ? `https://${host}${path}` : `https://${host}/v2/${repository}/${path}`,
  );
}

function headersWith(
  headers: Record<string, string> | undefined,
  authorization: string | undefined,
): Record<string, string> {
  return authorization === undefined ? { ...headers } : { ...headers, authorization };
}

async function keep(blobs: BlobStore, { bytes, descriptor }: FetchedManifest): Promise<void> {
  if (await blobs.has(descriptor.digest)) return;
  await blobs.write(single(bytes), descriptor.digest);
}

async function* single(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

function contentType(answer: IncomingMessage): string {
  return (answer.headers['content-type'] ?? '').replace(/;.*$/, '').trim();
}

async function expectStatus(
  answer: IncomingMessage,
  reference: Reference,
  ...allowed: number[]
): Promise<void> {
  const status = answer.statusCode ?? 0;
  if (allowed.includes(status)) return;
  const text = await readBody(answer, MANIFEST_BYTES).catch(() => Buffer.alloc(0));
  const why = `status ${status}${reasonIn(text)}`;
  if (status === 401 || status === 403) throw denied(reference, why);
  const code = status === 404 ? 'ImageUnknown' : 'RegistryFailed';
  throw new SlipwayError(code, `image ${formatReference(reference)}: ${why}`);
}

/** `: CODE message` of an error body in the specification's form, '' when there is none. */
function reasonIn(body: Buffer): string {
  try {
    const { errors } = JSON.parse(body.toString()) as { errors?: { code?: string; message?: string }[] };
    const first = errors?.[0];
    return first ? `: ${first.code ?? ''} ${first.message ?? ''}`.trimEnd() : '';
  } catch {
    return '';
  }
}

function denied(reference: Reference, why: string): SlipwayError {
  return new SlipwayError(
    'RegistryDenied',
    `image ${formatReference(reference)}: ${why}; check the credentials and the right to this image`,
  );
}

function changed(reference: Reference, promised: string, found: string): SlipwayError {
  return new SlipwayError(
    'DigestMismatch',
    `image ${formatReference(reference)}: the manifest has ${found}, not ${promised}; nothing was kept`,
  );
}
