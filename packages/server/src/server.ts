import type { Authenticator, Clock, Log, NodeConnector, Random, Transport, UserInfo } from '@slipway/api';
import type { Audit } from './audit/audit.ts';
import { followCustomKinds } from './http/custom-kinds.ts';
import type { Parts } from './http/exchange.ts';
import { inProcessTransport } from './http/in-process.ts';
import { type Listening, type ListenOptions, listen } from './http/listen.ts';
import type { Registry } from './http/machinery.ts';
import type { Admission, Authorize, VirtualResource } from './http/seams.ts';
import type { Store } from './store/store.ts';

export interface ApiServerOptions {
  store: Store;
  registry: Registry;
  authorize: Authorize;
  authenticators?: Authenticator[];
  admissions?: Admission[];
  virtual?: VirtualResource[];
  clock: Clock;
  random: Random;
  log: Log;
}

/** A Kubernetes API over one store. */
export interface ApiServer {
  readonly store: Store;
  readonly registry: Registry;
  readonly audit: Audit;
  /** Requests as this user, without a socket. */
  transport(user: UserInfo): Transport;
  /** Serves HTTPS; `port` 0 takes a free one. May be called for several addresses. */
  listen(options: ListenOptions): Promise<Listening>;
  /** Gives logs, exec, attach and port-forward somebody to ask. */
  setNodeConnector(connector: NodeConnector | undefined): void;
  addAuthenticator(authenticator: Authenticator): () => void;
  addVirtual(resource: VirtualResource): void;
  addAdmission(admission: Admission): void;
  /** Ends watches and listeners. The store stays open: it is its opener's. */
  close(): Promise<void>;
}

/**
 * Puts the pipeline over a store. Everything it needs of the outside is an option.
 * @example
 * const server = createApiServer({ store, registry: createRegistry(), authorize, clock, random, log });
 * const client = createClient(server.transport({ username: 'admin', groups: ['system:masters'] }));
 */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const closing = new AbortController();
  const listeners = new Set<Listening>();
  const parts: Parts = {
    ...options,
    authenticators: [...(options.authenticators ?? [])],
    admissions: [...(options.admissions ?? [])],
    virtual: new Map((options.virtual ?? []).map(value => [`${value.group}/${value.resource}`, value])),
    nodeConnector: undefined,
    signal: closing.signal,
  };
  const unfollow = followCustomKinds(options.store, options.registry);
  return {
    store: options.store,
    registry: options.registry,
    audit: options.store.audit,
    transport: user => inProcessTransport(parts, user),
    listen: async where => {
      const listening = await listen(parts, where);
      listeners.add(listening);
      return listening;
    },
    setNodeConnector: connector => {
      parts.nodeConnector = connector;
    },
    addAuthenticator: authenticator => {
      parts.authenticators.push(authenticator);
      return () => {
        parts.authenticators = parts.authenticators.filter(candidate => candidate !== authenticator);
      };
    },
    addVirtual: value => {
      parts.virtual.set(`${value.group}/${value.resource}`, value);
    },
    addAdmission: admission => {
      parts.admissions.push(admission);
    },
    close: async () => {
      closing.abort();
      unfollow();
      await Promise.all([...listeners].map(listening => listening.close()));
    },
  };
}
