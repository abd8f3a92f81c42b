// blobs: files by digest; manifest: what they mean; registry-client: fetching them; unpack: making folders of them.
export type * from './blobs.ts';
