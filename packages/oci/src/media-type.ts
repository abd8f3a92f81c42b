/** Media types that registries and images use; Docker's are the older names of the same shapes. */
export const MEDIA_TYPE = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  layerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  empty: 'application/vnd.oci.empty.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

const INDEXES: string[] = [MEDIA_TYPE.index, MEDIA_TYPE.dockerIndex];
const MANIFESTS: string[] = [MEDIA_TYPE.manifest, MEDIA_TYPE.dockerManifest];

/** `Accept:` of a client that takes every manifest we understand. */
export const ACCEPT_MANIFESTS = [...MANIFESTS, ...INDEXES].join(', ');

export function isIndexType(mediaType: string): boolean {
  return INDEXES.includes(mediaType);
}

export function isManifestType(mediaType: string): boolean {
  return MANIFESTS.includes(mediaType) || isIndexType(mediaType);
}

export type Compression = 'none' | 'gzip' | 'zstd';

/** How a layer is compressed; undefined when it is no tar layer. */
export function compressionOf(mediaType: string): Compression | undefined {
  if (/[.+](tar\+gzip|tar\.gzip)$/.test(mediaType)) return 'gzip';
  if (/[.+](tar\+zstd|tar\.zstd)$/.test(mediaType)) return 'zstd';
  if (/\.tar$/.test(mediaType)) return 'none';
  return undefined;
}
