/** Asks a server that is none of Kubernetes'. Every status is an answer; it rejects only when there is none. */
export type HttpPort = (asked: HttpAsked) => Promise<HttpAnswer>;

export interface HttpAsked {
  /** `https://…` or `http://…`, without credentials in it. */
  url: string;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  headers?: Record<string, string>;
  /** A text is sent as it is (with the caller's content type), an object as JSON, `URLSearchParams` as a form. */
  body?: unknown;
  /** PEM text that the certificate may lead to, besides the system's. */
  ca?: string;
  /** For the whole exchange; default 30,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body as JSON; undefined when it is none. */
  json(): unknown;
}
