import { SlipwayError } from '@slipway/api';
import type { Descriptor } from './blobs.ts';
import { isDigest } from './digest.ts';
import { isIndexType, isManifestType, MEDIA_TYPE } from './media-type.ts';

/** image-spec, manifest.md. */
export interface ImageManifest {
  schemaVersion: 2;
  mediaType?: string;
  artifactType?: string;
  config: Descriptor;
  layers: Descriptor[];
  subject?: Descriptor;
  annotations?: Record<string, string>;
}

/** image-spec, image-index.md. */
export interface ImageIndex {
  schemaVersion: 2;
  mediaType?: string;
  artifactType?: string;
  manifests: Descriptor[];
  subject?: Descriptor;
  annotations?: Record<string, string>;
}

/** image-spec, config.md. `Healthcheck`, `Shell` and `OnBuild` are Docker's own. */
export interface ImageConfig {
  architecture: string;
  os: string;
  variant?: string;
  created?: string;
  author?: string;
  config?: RunConfig;
  rootfs: { type: 'layers'; diff_ids: string[] };
  history?: { created?: string; created_by?: string; comment?: string; empty_layer?: boolean }[];
}

/** How a container of the image starts. */
export interface RunConfig {
  User?: string;
  ExposedPorts?: Record<string, Record<string, never>>;
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  Volumes?: Record<string, Record<string, never>>;
  WorkingDir?: string;
  Labels?: Record<string, string>;
  StopSignal?: string;
  Shell?: string[];
  OnBuild?: string[];
  Healthcheck?: {
    Test: string[];
    Interval?: number;
    Timeout?: number;
    StartPeriod?: number;
    Retries?: number;
  };
}

export type Manifest =
  | { kind: 'image'; mediaType: string; value: ImageManifest }
  | { kind: 'index'; mediaType: string; value: ImageIndex };

/**
 * Reads a manifest and checks its shape; the bytes stay what the digest is of.
 * @param mediaType as the transport named it; '' when unknown: then the body must name it or be recognizable
 * @throws SlipwayError `ManifestInvalid` naming the field
 */
export function parseManifest(bytes: Uint8Array, mediaType = ''): Manifest {
  const value = parseObject(bytes);
  const type = typeOf(value, mediaType);
  if (value.schemaVersion !== 2) throw invalid('schemaVersion', value.schemaVersion, '2');
  if (value.subject !== undefined) checkDescriptor(value.subject, 'subject');
  if (isIndexType(type)) {
    checkDescriptors(value.manifests, 'manifests');
    return { kind: 'index', mediaType: type, value: value as unknown as ImageIndex };
  }
  checkDescriptor(value.config, 'config');
  checkDescriptors(value.layers, 'layers');
  return { kind: 'image', mediaType: type, value: value as unknown as ImageManifest };
}

/** What a manifest needs to be complete: its config and layers, or its manifests. Never its subject. */
export function referencesOf(manifest: Manifest): { blobs: Descriptor[]; manifests: Descriptor[] } {
  if (manifest.kind === 'index') return { blobs: [], manifests: manifest.value.manifests };
  return { blobs: [manifest.value.config, ...manifest.value.layers], manifests: [] };
}

/** @throws SlipwayError `ManifestInvalid` when it is no image configuration */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const value = parseObject(bytes);
  const rootfs = value.rootfs as ImageConfig['rootfs'] | undefined;
  if (!Array.isArray(rootfs?.diff_ids)) throw invalid('rootfs.diff_ids', rootfs, 'a list of digests');
  return value as unknown as ImageConfig;
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Told below: neither broken JSON nor broken UTF-8 is a manifest.
  }
  throw new SlipwayError('ManifestInvalid', 'manifest: the body is not a JSON object');
}

function typeOf(value: Record<string, unknown>, outer: string): string {
  const inner = typeof value.mediaType === 'string' ? value.mediaType : '';
  if (inner && outer && inner !== outer) throw invalid('mediaType', inner, `${outer}, as Content-Type says`);
  const type = inner || outer || guess(value);
  if (!isManifestType(type)) throw invalid('mediaType', type, 'an image manifest or an image index');
  return type;
}

function guess(value: Record<string, unknown>): string {
  if (Array.isArray(value.manifests)) return MEDIA_TYPE.index;
  return Array.isArray(value.layers) ? MEDIA_TYPE.manifest : '';
}

function checkDescriptors(value: unknown, field: string): void {
  if (!Array.isArray(value)) throw invalid(field, value, 'a list of descriptors');
  value.forEach((entry, i) => {
    checkDescriptor(entry, `${field}[${i}]`);
  });
}

function checkDescriptor(value: unknown, field: string): void {
  const { mediaType, digest, size } = (value ?? {}) as Partial<Descriptor>;
  if (typeof digest !== 'string' || !isDigest(digest))
    throw invalid(`${field}.digest`, digest, 'a sha256 or sha512 digest');
  if (!Number.isSafeInteger(size) || Number(size) < 0)
    throw invalid(`${field}.size`, size, 'a number of bytes');
  if (typeof mediaType !== 'string') throw invalid(`${field}.mediaType`, mediaType, 'a media type');
}

function invalid(field: string, found: unknown, allowed: string): SlipwayError {
  return new SlipwayError(
    'ManifestInvalid',
    `manifest: ${field}: ${JSON.stringify(found) ?? 'missing'}; must be ${allowed}`,
  );
}
