import type { Readable } from 'node:stream';

/** Hashes that a digest may be made with (image-spec, descriptor.md "Registered algorithms"). */
export type Algorithm = 'sha256' | 'sha512';

/** `sha256:` and 64 hex digits, or `sha512:` and 128. */
export type Digest = `${Algorithm}:${string}`;

/** OCI content descriptor (image-spec, descriptor.md). */
export interface Descriptor {
  mediaType: string;
  digest: Digest;
  /** Bytes. */
  size: number;
  annotations?: Record<string, string>;
  artifactType?: string;
  platform?: Platform;
}

/** What an image is made for (image-spec, image-index.md). */
export interface Platform {
  architecture: string;
  os: string;
  variant?: string;
}

/**
 * Content-addressed files: written once, verified, synced, then renamed into place.
 * Errors: `DigestMismatch` (nothing is kept), `BlobUnknown`.
 */
export interface BlobStore {
  /** Absolute path; what is derived from blobs (unpacked layers) may live in folders of its own below it. */
  readonly folder: string;
  has(digest: Digest): Promise<boolean>;
  /** Size in bytes, or undefined when it is not here. */
  size(digest: Digest): Promise<number | undefined>;
  /** Path of the file, for handing to a worker; it must not be changed. */
  path(digest: Digest): string;
  /** `start` and `end` are byte positions, both included, as in an HTTP range. */
  read(digest: Digest, range?: { start: number; end: number }): Readable;
  /** Writes a stream; with `expected` it must have that digest. Bytes beyond `limit` reject with `BlobTooLarge`. */
  write(
    content: AsyncIterable<Uint8Array>,
    expected?: Digest,
    options?: { limit?: number },
  ): Promise<{ digest: Digest; size: number }>;
  /** Path for a new file that `adopt` takes over; the next start removes what was left. */
  staging(): string;
  /** Takes over a complete file: the caller has hashed and synced it. A rename where that is possible. */
  adopt(file: string, content: { digest: Digest; size: number }): Promise<void>;
  delete(digest: Digest): Promise<void>;
  list(): AsyncIterable<Digest>;
}
