import {
  type Authenticator,
  type Clock,
  type Log,
  messageOf,
  type NodeConnector,
  type Random,
  type Transport,
  type UserInfo,
} from '@slipway/api';
import type { CustomResourceDefinition } from '@slipway/kinds';
import { policyAdmission } from './admission/policy/index.ts';
import type { Audit } from './audit/audit.ts';
import { auditDoor } from './audit/audit-door.ts';
import { customKindAdmission, followCustomKinds } from './http/custom-kinds.ts';
import type { Parts } from './http/exchange.ts';
import { inProcessTransport } from './http/in-process.ts';
import { type Listening, type ListenOptions, listen } from './http/listen.ts';
import type { AccessDocument, Admission, Authorize, VirtualResource } from './http/seams.ts';
import type { Registry } from './schema/index.ts';
import type { Store } from './store/store.ts';

/** Who may come in and what they may do; `createAccessControl` makes one. */
export interface Access {
  authenticator: Authenticator;
  /** For requests and for reviews of tokens; returns how to remove it. */
  addAuthenticator(authenticator: Authenticator): () => void;
  authorize: Authorize;
  admission: Admission;
  virtual: VirtualResource[];
  /** What proves the tokens it issues, by path (OpenID discovery and keys). */
  documents?: ReadonlyMap<string, AccessDocument>;
  close(): void;
}

export interface ApiServerOptions {
  store: Store;
  registry: Registry;
  access: Access;
  clock: Clock;
  random: Random;
  log: Log;
}

/** As whom the server itself acts. */
const SYSTEM: UserInfo = { username: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

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
  /** Serves the kind by which the audit is read, and ServiceAccounts of this namespace append for other doors. */
  openAuditDoor(options: { definition: CustomResourceDefinition; namespace: string }): void;
  /** Ends watches and listeners. The store stays open: it is its opener's. */
  close(): Promise<void>;
}

/**
 * Puts the pipeline over a store. Everything it needs of the outside is an option.
 * @example
 * const access = await createAccessControl({ store, keys, clock, random });
 * const server = createApiServer({ store, registry: createRegistry(), access, clock, random, log });
 * const client = createClient(server.transport({ username: 'admin', groups: ['system:masters'] }));
 */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { access } = options;
  const closing = new AbortController();
  const listeners = new Set<Listening>();
  const policies = policyAdmission(options);
  const parts: Parts = {
    ...options,
    authenticator: access.authenticator,
    authorize: access.authorize,
    admissions: [customKindAdmission(options.store, options.clock), access.admission, policies.admission],
    virtual: new Map(access.virtual.map(value => [`${value.group}/${value.resource}`, value])),
    documents: access.documents ?? new Map(),
    nodeConnector: undefined,
    signal: closing.signal,
  };
  const unfollow = followCustomKinds({
    store: options.store,
    registry: options.registry,
    transport: inProcessTransport(parts, SYSTEM),
    failed: (crd, error) =>
      options.log.error('objects of a custom kind not removed', { crd, error: messageOf(error) }),
  });
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
    addAuthenticator: authenticator => access.addAuthenticator(authenticator),
    addVirtual: value => {
      parts.virtual.set(`${value.group}/${value.resource}`, value);
    },
    addAdmission: admission => {
      parts.admissions.push(admission);
    },
    openAuditDoor: ({ definition, namespace }) => {
      options.registry.addComputed(definition, ['create', 'list']);
      const { audit } = options.store;
      const door = auditDoor({ definition, namespace, audit, authorize: access.authorize });
      parts.virtual.set(`${door.group}/${door.resource}`, door);
    },
    close: async () => {
      closing.abort();
      unfollow();
      policies.close();
      access.close();
      await Promise.all([...listeners].map(listening => listening.close()));
    },
  };
}
