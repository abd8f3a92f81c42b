import type { Readable } from 'node:stream';

/** `sha256:` and 64 hex digits. */
export type Digest = `sha256:${string}`;

/** OCI content descriptor (image-spec, descriptor.md). */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  /** Bytes. */
  size: number;
  annotations?: Record<string, string>;
  artifactType?: string;
  platform?: { architecture: string; os: string; variant?: string };
}

/**
 * Content-addressed files: written once, verified, synced, then renamed into place.
 * Errors: `DigestMismatch` (nothing is kept), `BlobUnknown`.
 */
export interface BlobStore {
  has(digest: Digest): Promise<boolean>;
  /** Size in bytes, or undefined when it is not here. */
  size(digest: Digest): Promise<number | undefined>;
  /** Path of the file, for handing to a worker; it must not be changed. */
  path(digest: Digest): string;
  read(digest: Digest, range?: { start: number; end: number }): Readable;
  /** Writes a stream; with `expected` it must have that digest. */
  write(content: AsyncIterable<Uint8Array>, expected?: Digest): Promise<{ digest: Digest; size: number }>;
  delete(digest: Digest): Promise<void>;
  list(): AsyncIterable<Digest>;
}
