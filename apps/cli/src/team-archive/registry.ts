import type { IncomingMessage } from 'node:http';
import { messageOf } from '@slipway/api';
import {
  type BlobStore,
  createRegistryClient,
  type Descriptor,
  type Digest,
  parseManifest,
  type Reference,
  type RegistryClient,
  readBody,
  referencesOf,
} from '@slipway/oci';
import type { Connection } from '../connection.ts';
import { CommandError } from '../output.ts';
import type { ArchivedImage } from './team-format.ts';

const MOST_LIST_BYTES = 16 << 20;

/** The registry of a platform, over HTTP, with the connection's token. */
export function registryOf({ platform, ca, token }: Connection): { client: RegistryClient; host: string } {
  const { hostname, port } = new URL(platform.registry);
  const endpoint = { host: '127.0.0.1', port: Number(port || 443), serverName: hostname, ca };
  const client = createRegistryClient({
    endpoint: () => endpoint,
    credentials: async () => ({ username: 'token', password: token }),
  });
  return { client, host: `${hostname}:${port || 443}` };
}

/** Every image of a team: by tag, and what refers to it by digest (signatures, materials, provenance). */
export async function fetchImages(
  connection: Connection,
  { team, blobs }: { team: string; blobs: BlobStore },
): Promise<ArchivedImage[]> {
  const { client, host } = registryOf(connection);
  try {
    const any = { registry: host, repository: team };
    const { repositories } = await json<{ repositories: string[] }>(client, any, '/v2/_catalog?n=10000');
    const found: ArchivedImage[] = [];
    for (const repository of repositories.filter(name => name.startsWith(`${team}/`))) {
      const reference = { registry: host, repository };
      const { tags } = await json<{ tags: string[] | null }>(client, reference, 'tags/list?n=10000');
      for (const tag of tags ?? []) found.push(...(await fetchTree(client, { ...reference, tag }, blobs)));
    }
    return distinct(found);
  } finally {
    client.close();
  }
}

/** A manifest with all below it and all that refers to it. */
async function fetchTree(
  client: RegistryClient,
  reference: Reference,
  blobs: BlobStore,
): Promise<ArchivedImage[]> {
  const { descriptor, bytes } = await client.manifest(reference);
  await fetchBelow(client, reference, blobs, descriptor, bytes);
  const { registry, repository, tag } = reference;
  const found: ArchivedImage[] = [imageOf(repository, descriptor, tag)];
  const { manifests } = await json<{ manifests: Descriptor[] }>(
    client,
    { registry, repository },
    `referrers/${descriptor.digest}`,
  );
  for (const { digest } of manifests)
    found.push(...(await fetchTree(client, { registry, repository, digest }, blobs)));
  return found;
}

async function fetchBelow(
  client: RegistryClient,
  reference: Reference,
  blobs: BlobStore,
  root: Descriptor,
  bytes: Buffer,
): Promise<void> {
  if (!(await blobs.has(root.digest))) await blobs.write(pieces(bytes), root.digest);
  const below = referencesOf(parseManifest(bytes, root.mediaType));
  const { registry, repository } = reference;
  for (const { digest, size } of below.blobs) {
    if (await blobs.has(digest)) continue;
    const answer = await client.send({ registry, repository }, { method: 'GET', path: `blobs/${digest}` });
    await expectOk(answer, `${repository}: blob ${digest}`);
    await blobs.write(answer, digest, { limit: size });
  }
  for (const { digest } of below.manifests) {
    const child = await client.manifest({ registry, repository, digest });
    await fetchBelow(client, reference, blobs, child.descriptor, child.bytes);
  }
}

/** Whether the registry has each of them, by tag and digest; another image under a tag is a conflict. */
export async function imageState(
  client: RegistryClient,
  host: string,
  image: ArchivedImage,
): Promise<'create' | 'unchanged' | 'conflict'> {
  const path = `manifests/${image.tag ?? image.digest}`;
  const headers = { accept: image.mediaType };
  const answer = await client.send(
    { registry: host, repository: image.repository },
    { method: 'HEAD', path, headers },
  );
  answer.resume();
  if (answer.statusCode !== 200) return 'create';
  return answer.headers['docker-content-digest'] === image.digest ? 'unchanged' : 'conflict';
}

export async function pushOne(
  client: RegistryClient,
  host: string,
  { image, blobs }: { image: ArchivedImage; blobs: BlobStore },
): Promise<void> {
  const { repository, tag, digest, mediaType, size } = image;
  const reference: Reference = {
    registry: host,
    repository,
    ...(tag ? { tag } : { digest: digest as Digest }),
  };
  await client.push(reference, { mediaType, digest: digest as Digest, size }, { blobs });
}

function imageOf(repository: string, { mediaType, digest, size }: Descriptor, tag?: string): ArchivedImage {
  return { repository, ...(tag ? { tag } : {}), mediaType, digest: digest as ArchivedImage['digest'], size };
}

function distinct(images: ArchivedImage[]): ArchivedImage[] {
  const key = ({ repository, tag, digest }: ArchivedImage) => `${repository} ${tag ?? ''} ${digest}`;
  return [...new Map(images.map(image => [key(image), image])).values()];
}

async function json<T>(client: RegistryClient, reference: Reference, path: string): Promise<T> {
  const answer = await client.send(reference, { method: 'GET', path });
  await expectOk(answer, path);
  try {
    return JSON.parse((await readBody(answer, MOST_LIST_BYTES)).toString()) as T;
  } catch (error) {
    throw new CommandError(`registry: ${path}: ${messageOf(error)}`);
  }
}

async function expectOk(answer: IncomingMessage, what: string): Promise<void> {
  if (answer.statusCode === 200) return;
  answer.resume();
  throw new CommandError(`registry: ${what}: status ${answer.statusCode}`);
}

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
