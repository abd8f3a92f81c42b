import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasReason, SlipwayError } from '@slipway/api';
import { digestOf, formatReference, MEDIA_TYPE, openBlobStore, type RegistryClient } from '@slipway/oci';
import { ociClient, type SourceAccess } from '@slipway/sources';
import { filesDigest, type SourceFile } from '../source-digest.ts';
import { packFiles } from './archive.ts';
import { referenceOf } from './bring-source.ts';

/** What kind of artifact it is, as its manifest says. */
export const ARTIFACT_TYPE = {
  package: 'application/vnd.slipway.package.v1+json',
  blueprint: 'application/vnd.slipway.blueprint.v1+json',
  technology: 'application/vnd.slipway.technology.v1+json',
} as const;

/** Of the one layer: files at its root, as Argo CD and Flux read such artifacts, too. */
const LAYER_TYPE = 'application/vnd.slipway.content.v1.tar+gzip';

export interface Pushing {
  kind: keyof typeof ARTIFACT_TYPE;
  name: string;
  version: string;
  description?: string;
  files: SourceFile[];
}

/**
 * Pushes files as an OCI artifact; the tag is the version. A version that is there with other content stays as it is.
 * @param place `registry.example.com/team` and further; the name comes behind it
 * @returns where it is now, with its digest
 * @throws SlipwayError VersionTaken, RegistryDenied, RegistryUnreachable
 */
export async function pushArtifact(
  place: string,
  pushing: Pushing,
  access: SourceAccess = {},
): Promise<{ reference: string; digest: string; contents: string; isNew: boolean }> {
  const text = `${place.replace(/^oci:\/\//, '').replace(/\/+$/, '')}/${pushing.name}`;
  const reference = { ...referenceOf(text), tag: pushing.version.replaceAll('+', '_') };
  const folder = await mkdtemp(join(tmpdir(), 'slipway-push-'));
  const client = ociClient({ url: `oci://${text}`, access });
  try {
    const blobs = await openBlobStore(folder);
    const write = async (bytes: Buffer) => blobs.write(single(bytes));
    const layer = await write(packFiles(pushing.files));
    const config = await write(Buffer.from('{}'));
    const contents = filesDigest(pushing.files);
    const manifest = Buffer.from(JSON.stringify(manifestOf(pushing, { layer, config, contents })));
    const digest = digestOf(manifest);
    const before = await digestThere(client, reference);
    const shown = `oci://${formatReference({ ...reference, digest })}`;
    if (before === digest) return { reference: shown, digest, contents, isNew: false };
    if (before !== undefined)
      throw new SlipwayError(
        'VersionTaken',
        `${pushing.kind} ${formatReference(reference)}: this version is there already with other content (${before}); raise the version and push again`,
      );
    const root = await write(manifest);
    await client.push(reference, { mediaType: MEDIA_TYPE.manifest, ...root }, { blobs });
    return { reference: shown, digest, contents, isNew: true };
  } finally {
    client.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Blob {
  digest: string;
  size: number;
}

function manifestOf(
  { kind, name, version, description }: Pushing,
  { layer, config, contents }: { layer: Blob; config: Blob; contents: string },
) {
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType: ARTIFACT_TYPE[kind],
    config: { mediaType: MEDIA_TYPE.empty, ...config },
    layers: [{ mediaType: LAYER_TYPE, ...layer }],
    annotations: {
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': version,
      ...(description ? { 'org.opencontainers.image.description': description } : {}),
      'slipway.dev/contents': contents,
    },
  };
}

/** Undefined when the tag, or the whole repository, is not there. */
async function digestThere(
  client: RegistryClient,
  reference: ReturnType<typeof referenceOf>,
): Promise<string | undefined> {
  try {
    return (await client.manifest(reference)).descriptor.digest;
  } catch (error) {
    const isMissing = error instanceof SlipwayError && error.code === 'ImageUnknown';
    if (isMissing || hasReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

async function* single(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
