import type { Registry } from '../schema/index.ts';

export interface OpenApiAnswer {
  contentType: string;
  /** JSON text, or bytes of the protobuf form. */
  body: string | Uint8Array;
  /** Quoted, ready for the header. */
  etag: string;
}

/**
 * `/openapi/v2`, `/openapi/v3` and `/openapi/v3/<group version>`; `accept` is the Accept header.
 * Undefined for other paths and for group versions that are not served.
 */
export function openApiDocument(
  _path: string,
  _accept: string,
  _registry: Registry,
): OpenApiAnswer | undefined {
  return undefined;
}
