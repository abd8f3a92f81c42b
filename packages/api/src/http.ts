/**
 * One API request, independent of transport: over HTTPS or a function call in the same process.
 * `path` has no query. A body is JSON text exactly as it goes over the wire.
 */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  contentType?: string;
  accept?: string;
  body?: string;
  /** Further headers (impersonation, audit ids); names in lower case. A list is sent as several values. */
  headers?: Record<string, string | string[]>;
  signal?: AbortSignal;
}

/** `body` is JSON text; `stream` is set instead for watches and followed logs, and yields text chunks. */
export interface ApiResponse {
  status: number;
  body: string;
  stream?: AsyncIterable<string>;
}

/** Carries requests to an API server, as one user. */
export interface Transport {
  send(request: ApiRequest): Promise<ApiResponse>;
}

/** Who acts, as authentication found out (`authentication.k8s.io` UserInfo). */
export interface UserInfo {
  username: string;
  uid?: string;
  groups: string[];
  extra?: Record<string, string[]>;
}
