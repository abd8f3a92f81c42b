import type { Duplex } from 'node:stream';
import type { RequestHead } from '../express/request-head.ts';
import type { Page } from '../page.ts';
import type { Handler } from '../route.ts';

/** Changes to headers, in this order: remove, set, add. Names in lower case. */
export interface HeaderEdit {
  remove?: string[];
  set?: [name: string, value: string][];
  add?: [name: string, value: string][];
}

/** Where one request goes. */
export interface Target {
  /** Requests with equal keys share connections; `address:port` or the like. */
  key: string;
  dial(): Promise<Duplex>;
  /** `Host:` for the backend; default: as the client sent it. */
  host?: string;
  /** Path and query for the backend; default: as the client sent it. */
  path?: string;
  requestHeaders?: HeaderEdit;
  responseHeaders?: HeaderEdit;
  /** Until the response begins; 0: no limit. */
  responseTimeoutMs?: number;
  /** Until the response has ended; absent: no limit. */
  totalTimeoutMs?: number;
  /** The page for an endpoint that cannot be reached, naming the cause. */
  unreachable?(error: Error): Page | Promise<Page>;
}

/** A target, the page that says why there is none, or an answer that needs no backend (a redirect). */
export type Choice = { target: Target } | { page: Page } | { respond: Handler };

/** Chooses for one request, at once where it can. `tried` has the keys that could not be reached in this very request. */
export type Pick = (request: RequestHead, tried: readonly string[]) => Choice | Promise<Choice>;
