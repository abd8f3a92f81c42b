import type { HeaderEdit } from '@slipway/gateway';
import type { PathModifier } from './upstream.ts';

/** One way into the platform: what a request must look like, and what is done with it. */
export interface Entry {
  /** `''` for any host, `*.x` for a wildcard, else exact; lower case. */
  hostname: string;
  path: {
    type: 'Exact' | 'PathPrefix' | 'RegularExpression';
    value: string;
    test?: (path: string) => boolean;
  };
  method?: string;
  headers: ValueTest[];
  query: ValueTest[];
  /** What wins among equals: older, then by name, then the order in the object. */
  order: { created: string; name: string; rule: number; match: number };
  /** `HTTPRoute team/shop`, for messages. */
  source: string;
  action: Action;
}

export interface ValueTest {
  name: string;
  test(value: string): boolean;
}

export interface Redirect {
  scheme?: string;
  hostname?: string;
  port?: number;
  status: number;
  path?: PathModifier;
}

/** What is done with a request that matches. */
export interface Action {
  redirect?: Redirect;
  backends: Backend[];
  rewrite?: { hostname?: string; path?: PathModifier };
  requestHeaders?: HeaderEdit;
  responseHeaders?: HeaderEdit;
  totalTimeoutMs?: number;
  responseTimeoutMs?: number;
}

/** A service with its share; `problem` instead when the reference does not resolve. */
export interface Backend {
  namespace: string;
  service: string;
  port: number | string | undefined;
  weight: number;
  problem?: string;
  requestHeaders?: HeaderEdit;
  responseHeaders?: HeaderEdit;
}
