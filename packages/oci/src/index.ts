// In data-flow order: reference (a name), registry-client (fetching what it names), blobs (files by digest),
// manifest (what they mean), layers (folders made of them), pack (a folder made a layer again). archive: any files in
// one, each by digest.
export type { ArchiveManifest, ArchivePart } from './archive/manifest.ts';
export { checkArchive, hasMac, readPart, readParts, smallPart } from './archive/read-archive.ts';
export { type ArchiveWriter, createArchive } from './archive/write-archive.ts';
export * from './blob-store.ts';
export * from './blob-writer.ts';
export type * from './blobs.ts';
export { collectLayers, expiredImages } from './collect-layers.ts';
export * from './digest.ts';
export * from './group-sync.ts';
export * from './host-image.ts';
export {
  chainIdOf,
  chainOf,
  type Layers,
  type LayersOptions,
  openLayers,
  type RunWork,
} from './layers.ts';
export * from './manifest.ts';
export * from './media-type.ts';
export { type Packed, type PackOptions, pack } from './pack.ts';
export * from './platform.ts';
export * from './reference.ts';
export { basicAuthorization, credentialsFor, type RegistryCredentials } from './registry-auth.ts';
export * from './registry-client.ts';
export { type Endpoint, readBody } from './registry-http.ts';
export type { PushOptions } from './registry-push.ts';
export { syncFolder, type WriteWholeOptions, writeWhole } from './write-whole.ts';
