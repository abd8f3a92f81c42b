import type { IncomingMessage } from 'node:http';
import { SlipwayError } from '@slipway/api';
import type { BlobStore, Descriptor, Digest } from './blobs.ts';
import { type Manifest, parseManifest, referencesOf } from './manifest.ts';
import { formatReference, type Reference } from './reference.ts';
import { type RegistryRequest, readBody } from './registry-http.ts';

export interface PushOptions {
  blobs: BlobStore;
  /** A repository of the same registry that may hold the blobs already. */
  mountFrom?: string;
  /** Sends blobs in pieces of this many bytes instead of one request. */
  chunkBytes?: number;
  signal?: AbortSignal;
}

interface Sender {
  send(reference: Reference, call: Omit<RegistryRequest, 'url'> & { path: string }): Promise<IncomingMessage>;
  expectStatus(answer: IncomingMessage, reference: Reference, ...allowed: number[]): Promise<void>;
}

const MANIFEST_BYTES = 4 << 20;
const BINARY = 'application/octet-stream';

/** Pushes a manifest of the blob store after everything it needs (distribution-spec, "Push"). */
export async function pushImage(
  sender: Sender,
  reference: Reference,
  root: Descriptor,
  options: PushOptions,
): Promise<Digest> {
  const bytes = await readBody(options.blobs.read(root.digest), MANIFEST_BYTES);
  const manifest = parseManifest(bytes, root.mediaType);
  await pushChildren(sender, reference, manifest, options);
  const name = reference.tag ?? root.digest;
  const answer = await sender.send(reference, {
    method: 'PUT',
    path: `manifests/${name}`,
    headers: { 'content-type': manifest.mediaType, 'content-length': String(bytes.length) },
    body: bytes,
    ...signalOf(options),
  });
  await sender.expectStatus(answer, reference, 201);
  answer.resume();
  return root.digest;
}

async function pushChildren(
  sender: Sender,
  reference: Reference,
  manifest: Manifest,
  options: PushOptions,
): Promise<void> {
  const { blobs, manifests } = referencesOf(manifest);
  await Promise.all(blobs.map(blob => pushBlob(sender, reference, blob, options)));
  const { tag: _, ...untagged } = reference;
  for (const child of manifests) await pushImage(sender, untagged, child, options);
}

async function pushBlob(
  sender: Sender,
  reference: Reference,
  blob: Descriptor,
  options: PushOptions,
): Promise<void> {
  const there = await sender.send(reference, {
    method: 'HEAD',
    path: `blobs/${blob.digest}`,
    ...signalOf(options),
  });
  there.resume();
  if (there.statusCode === 200) return;
  const mount = options.mountFrom === undefined ? '' : `?mount=${blob.digest}&from=${options.mountFrom}`;
  const begun = await sender.send(reference, {
    method: 'POST',
    path: `blobs/uploads/${mount}`,
    headers: { 'content-length': '0' },
    ...signalOf(options),
  });
  await sender.expectStatus(begun, reference, 201, 202);
  begun.resume();
  if (begun.statusCode === 201) return;
  await upload(sender, reference, blob, options, locationOf(begun, reference));
}

async function upload(
  sender: Sender,
  reference: Reference,
  blob: Descriptor,
  options: PushOptions,
  begun: string,
): Promise<void> {
  const step = options.chunkBytes ?? blob.size;
  let location = begun;
  let start = 0;
  while (blob.size - start > step) {
    const end = start + step - 1;
    const answer = await sender.send(reference, {
      method: 'PATCH',
      path: location,
      headers: { 'content-type': BINARY, 'content-range': `${start}-${end}`, 'content-length': String(step) },
      body: reader(options.blobs, blob.digest, { start, end }),
      ...signalOf(options),
    });
    await sender.expectStatus(answer, reference, 202);
    answer.resume();
    location = locationOf(answer, reference);
    start += step;
  }
  const rest = blob.size - start;
  const last = await sender.send(reference, {
    method: 'PUT',
    path: `${location}${location.includes('?') ? '&' : '?'}digest=${blob.digest}`,
    headers: { 'content-type': BINARY, 'content-length': String(rest), ...rangeOf(start, blob.size) },
    ...(rest === 0 ? {} : { body: reader(options.blobs, blob.digest, { start, end: blob.size - 1 }) }),
    ...signalOf(options),
  });
  await sender.expectStatus(last, reference, 201);
  last.resume();
}

function reader(blobs: BlobStore, digest: Digest, range: { start: number; end: number }) {
  return () => blobs.read(digest, range);
}

function rangeOf(start: number, size: number): Record<string, string> {
  return start === 0 ? {} : { 'content-range': `${start}-${size - 1}` };
}

function signalOf({ signal }: PushOptions): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function locationOf(answer: IncomingMessage, reference: Reference): string {
  const { location } = answer.headers;
  if (location !== undefined) return location;
  throw new SlipwayError('RegistryFailed', `image ${formatReference(reference)}: an upload without Location`);
}
