import type { RequestHead } from './request-head.ts';

/** The client's side of one request in the express lane. */
export interface ExpressClient {
  /** False: wait for `onDrain`. */
  write(bytes: Buffer): boolean;
  /** Takes the usual way instead, with the very same request. Only before the first `write`. */
  fallBack(): void;
  /** The answer is complete. */
  finish(): void;
  /** The answer broke off: the client must see that. */
  abort(): void;
  onDrain: (() => void) | undefined;
  /** The client went away. */
  onGone: (() => void) | undefined;
}

/** Serves a request that has no body, or lets it fall back. It never throws. */
export type ExpressHandler = (request: RequestHead, client: ExpressClient) => void;
