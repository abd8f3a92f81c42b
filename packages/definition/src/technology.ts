import type {
  Admitter,
  Authenticator,
  Clock,
  Folder,
  KeyProvider,
  Log,
  NodeConnector,
  Random,
  UserInfo,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Handler, Route } from '@slipway/gateway';
import type { Guidance } from '@slipway/kinds';
import type { BlobStore } from '@slipway/oci';
import type { Controller } from '@slipway/runtime';
import type { Sandbox } from '@slipway/sandbox';
import type { CapabilityId } from './capability.ts';
import type { Existing } from './upstream/existing.ts';
import type { Upstream } from './upstream/upstream.ts';
import type { Wiring } from './upstream/wiring.ts';

export type { Guidance };

/** One open-source tool whose API teams use. A value; `apps/platform` holds the one list of them. */
export interface Technology {
  id: string;
  title: string;
  capabilities: CapabilityId[];
  guidance: Guidance;
  /** Version of the tool whose API the embedded engine follows; absent: nobody says. */
  version?: string;
  /** Contracts it meets (`oidc-issuer`) and needs (`git-server`), by name; never another technology. */
  provides: string[];
  requires: string[];
  /** JSON Schema of `parameters` in the definition; secure defaults inside. */
  parameters: Record<string, unknown>;
  /** CRDs it brings, applied before its engine starts. */
  kinds?: () => Promise<object[]>;
  /** RBAC rules its engine's own ServiceAccount needs (rbac.authorization.k8s.io PolicyRule). */
  rules: PolicyRule[];
  embedded?: Engine;
  /** How the tool itself is installed on a cluster. */
  upstream?: Upstream;
  /** How one is used that somebody runs already. */
  existing?: Existing;
  /** What keeps its grants true on a cluster, whoever runs the tool itself. */
  wiring?: Wiring;
  /** Our own controllers and pages beside it, on a cluster where the tool itself runs. */
  beside?: Beside;
  /** Any cluster has it: there is nothing to install. */
  builtIn?: true;
}

/** Where a platform stands: in this process, or on a cluster with the tools themselves. */
export type Ground = 'embedded' | 'kubernetes';

export interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

export interface Settings {
  parameters: Record<string, unknown>;
  addresses: Addresses;
  /** Names of the definition's environments, in order. */
  environments: string[];
}

/** Where things are reached from outside. */
export interface Addresses {
  domain: string;
  appsDomain: string;
  /** Of the one TLS listener; in every public URL. */
  port: number;
  httpPort: number;
  apiPort: number;
  /** `https://git.slipway.localhost:8443` for `git`, the portal's own URL for ``. */
  url(host: string): string;
  /** URL of a service in an environment. */
  appUrl(service: string, environment: string): string;
}

/**
 * How our own processes reach an internal name (`git.slipway.internal`, `registry.slipway.internal`, `kubernetes`):
 * connect to `host:port` and use `serverName` for TLS and `Host:`. `ca` is PEM text.
 */
export interface Address {
  host: string;
  port: number;
  serverName: string;
  ca: string;
}

/** CPU-heavy work off the main thread. `module` is a worker file's URL, `task` its named export. */
export interface Workers {
  run<T>(work: { module: URL; task: string; input: unknown; timeoutMs: number }): Promise<T>;
}

/** All an engine may use of the world. */
export interface Ports {
  /** As this engine's own ServiceAccount. */
  client: Client;
  /**
   * A client that acts as someone else (`Impersonate-*`), for work done on a person's or a ServiceAccount's behalf:
   * the API server then checks that one's rights, and the audit names both. The engine's rules must allow it.
   */
  as(user: UserInfo): Client;
  /** A token of that ServiceAccount, for other doors (Git, registry); short-lived, so ask each time. */
  token(): Promise<string>;
  clock: Clock;
  random: Random;
  log: Log;
  data: Folder;
  keys: KeyProvider;
  run: Sandbox;
  blobs: BlobStore;
  pool: Workers;
  resolve(name: string): Address;
  /**
   * How one of the internal names is entered where the tool itself runs, which knows nothing of our accounts' tokens;
   * undefined: by `resolve` and `token`, if at all.
   */
  enter?(name: string): Promise<Door | undefined>;
}

/** Where a tool is, and as whom we ask it. */
export interface Door {
  /** Without a slash at its end. */
  url: string;
  /** The header's value. */
  authorization: string;
  /** PEM text that its certificate may lead to. */
  ca: string;
}

/** The real question a person would ask of it; it resolves with what was seen, rejects with what is wrong. */
export interface Probe {
  capability: CapabilityId;
  name: string;
  check(signal: AbortSignal): Promise<string>;
}

export interface Running {
  controllers: Controller[];
  /** `host` is the label before the domain (`git`), '' for the portal, `*` for the apps' domain. */
  routes: Route[];
  probes: Probe[];
  authenticator?: Authenticator;
  nodeConnector?: NodeConnector;
  /** Judges writes before they are stored. */
  admitter?: Admitter;
  /** Certificates for the listener by server name. */
  certificates?: (serverName: string) => Promise<{ cert: string; key: string } | undefined>;
  /** Serves plain HTTP on the redirecting port below this path (ACME, the CA). */
  plain?: { path: string; handler: Handler };
  stop(): Promise<void>;
}

/** What of an engine's folder is truth, by path within it; everything else there can be made again. */
export interface Keeps {
  /** Files, and folders with all their files. */
  files?: string[];
  /** SQLite databases. */
  databases?: string[];
  /** Folders that hold bare Git repositories as `<owner>/<name>.git`. */
  repositories?: string[];
}

/** Serves a technology's API inside this process. Started once per platform. */
export interface Engine {
  /** What a backup takes of its folder. */
  keeps?: Keeps;
  start(ports: Ports, settings: Settings): Promise<Running>;
}

/** What of ours runs on a cluster next to a tool; `rules` are all that its ServiceAccount may do. */
export interface Beside extends Engine {
  rules: PolicyRule[];
}
