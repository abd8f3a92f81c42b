import type {
  Authenticator,
  Clock,
  Credentials,
  Log,
  NodeConnector,
  Random,
  Status,
  UserInfo,
} from '@slipway/api';
import { StatusError } from '@slipway/api';
import type { Registry, ResourceInfo } from '../schema/index.ts';
import type { Store } from '../store/store.ts';
import type { AccessDocument, Admission, Authorize, VirtualResource } from './seams.ts';

/** What every endpoint may use; one per server. */
export interface Parts {
  store: Store;
  registry: Registry;
  authenticator: Authenticator;
  authorize: Authorize;
  admissions: Admission[];
  /** By group and resource, e.g. `/serviceaccounts/token`. */
  virtual: Map<string, VirtualResource>;
  /** Documents of access control, by path. */
  documents: ReadonlyMap<string, AccessDocument>;
  clock: Clock;
  random: Random;
  log: Log;
  nodeConnector: NodeConnector | undefined;
  /** Aborted when the server closes: watches end then. */
  signal: AbortSignal;
}

/** A request as any transport brings it in. */
export interface Incoming {
  method: string;
  path: string;
  query: URLSearchParams;
  contentType: string;
  accept: string;
  /** True when the other side can unpack gzip. */
  gzip: boolean;
  /** Reads the whole body once. @throws StatusError RequestEntityTooLarge */
  body(): Promise<string | Uint8Array>;
  header(name: string): string[];
  /** Set in process: who acts is known already. */
  user?: UserInfo;
  credentials: Credentials;
  /** Address of the other side, or `in-process`. */
  source: string;
  signal: AbortSignal;
}

/** Takes text as it comes; `write` resolves when more is welcome. */
export interface Sink {
  write(chunk: string): void | Promise<void>;
  /** The other side is gone or the answer is complete. */
  signal: AbortSignal;
}

/** A long text, made piece by piece while it is sent, so that nobody else waits for all of it. */
export interface Pieces extends Iterable<string> {
  /** Characters, roughly. */
  readonly size: number;
}

export interface Answer {
  status: number;
  contentType?: string;
  headers?: Record<string, string | string[]>;
  body: string | Uint8Array | Pieces;
  /** Instead of the body: runs until the answer is complete. */
  stream?: (sink: Sink) => Promise<void>;
}

/** What the path and method address. */
export interface Target {
  info: ResourceInfo;
  verb: string;
  namespace?: string;
  name?: string;
  subresource?: string;
}

/** One request on its way through the steps. A step that sets `answer` ends it. */
export interface Exchange {
  readonly parts: Parts;
  readonly incoming: Incoming;
  user: UserInfo;
  /** Who acts as `user`, when that is somebody else. */
  impersonator?: UserInfo;
  target?: Target;
  readonly warnings: string[];
  /** What strict decoding has said of the body already. */
  readonly complaints: string[];
  answer?: Answer;
  /** Characters of the largest text it has dealt with, as far as that is known. */
  largest?: number;
}

export type Step = (exchange: Exchange) => void | Promise<void>;

/** Runs the steps until one of them has an answer. */
export async function runSteps(exchange: Exchange, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const pending = step(exchange);
    if (pending) await pending;
    if (exchange.answer) return;
  }
}

/** The target of an exchange that has passed routing. */
export function targetOf(exchange: Exchange): Target {
  if (exchange.target) return exchange.target;
  throw new StatusError('NotFound', 'the server could not find the requested resource');
}

export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

/** Where a request came from, for the audit: an address, and whoever acts in the user's name. */
export function sourceOf({ incoming, impersonator }: Exchange): string {
  return impersonator ? `${incoming.source} via ${impersonator.username}` : incoming.source;
}

/** A resource as people and the audit name it: `configmaps`, `deployments.apps`, `deployments.apps/scale`. */
export function auditedResource(group: string, plural: string, subresource?: string): string {
  return `${plural}${group === '' ? '' : `.${group}`}${subresource ? `/${subresource}` : ''}`;
}

/** A success without an object: deletions, bindings. */
export function successStatus(code: number, details?: Status['details']): Answer {
  const status: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code };
  const { code: _, ...short } = status;
  return jsonAnswer(code, details ? { ...short, details } : { ...status });
}
