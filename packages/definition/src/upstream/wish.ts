import type { AnyObject } from '@slipway/api';
import type { UpstreamSettings } from './upstream.ts';

/**
 * What a tool asks of whichever other tool gives it. Tools never name each other: they meet here. A wish that is not
 * `optional` has to be granted, or the plan is refused; what an optional one comes to is applied with whichever of both
 * comes later.
 */
export type Wish =
  | RouteWish
  | CertificateWish
  | SignInWish
  | SecretWish
  | MetricsWish
  | DashboardWish
  | GitWish;

export type Contract = Wish['contract'];

interface Asked {
  /** Unique among the wishes of one component; the objects made of it carry it in their names. */
  name: string;
  optional?: boolean;
}

/** An address below the platform's domain that leads to a Service of the component's namespace. */
export interface RouteWish extends Asked {
  contract: 'route';
  /** The label before the domain (`argocd`); '' is the domain itself. */
  host: string;
  /** Paths that lead there; default everything. */
  paths?: string[];
  service: string;
  port: number;
  /** What the Service speaks; default `http`. */
  protocol?: 'http' | 'https' | 'grpc';
}

/** A certificate and its key in a Secret (`tls.crt`, `tls.key`, `ca.crt`) of the component's namespace. */
export interface CertificateWish extends Asked {
  contract: 'certificate';
  dnsNames: string[];
  secret: string;
}

/** A client of the platform's one OpenID Connect issuer; facts: `issuer`, `clientId`, `secret`. */
export interface SignInWish extends Asked {
  contract: 'sign-in';
  /** Where a sign-in may end, as URLs. */
  redirects: string[];
  /** Where a sign-out may end, as URLs. */
  signedOut?: string[];
  /** Roles of this client, and which groups of the identity technology have them. */
  roles?: Record<string, string[]>;
  /** No client secret: a program on people's machines, with PKCE. */
  isPublic?: boolean;
  /** Secret of the component's namespace, with the keys `clientId`, `clientSecret`, `issuer` unless named otherwise. */
  secret: string;
  keys?: { clientId?: string; clientSecret?: string; issuer?: string };
  labels?: Record<string, string>;
}

/** Credentials that nobody chooses: made once, kept, made again when they are gone. Facts: `secret`. */
export interface SecretWish extends Asked {
  contract: 'secret';
  /** Secret of the component's namespace. */
  secret: string;
  keys: Record<string, { length: number; alphabet?: 'alphanumeric' | 'hex' } | { text: string }>;
  labels?: Record<string, string>;
}

/** Pods whose metrics are to be found. */
export interface MetricsWish extends Asked {
  contract: 'metrics';
  selector: Record<string, string>;
  /** Name or number of the container's port. */
  port: string | number;
  /** Default `/metrics`. */
  path?: string;
}

/** A dashboard as Grafana reads it. */
export interface DashboardWish extends Asked {
  contract: 'dashboard';
  title: string;
  json: Record<string, unknown>;
}

/**
 * Credentials for the platform's Git server in a Secret of the component's namespace. Facts: `secret`; `url` as programs
 * on the cluster reach it and `publicUrl` as people do, of the one repository or what all of them begin with.
 */
export interface GitWish extends Asked {
  contract: 'git';
  rights: 'read' | 'write';
  /** One of the platform's own repositories, by name; for whoever may write it is made when it is not there. Absent: all. */
  repository?: string;
  secret: string;
  /** Absent: `url`, `username`, `password`. */
  keys?: { url?: string; username?: string; password?: string };
  labels?: Record<string, string>;
}

/** Who asks. */
export interface Wisher {
  component: string;
  namespace: string;
}

/** What a wish came to: objects to apply, words that the wisher's values need, and what granting it takes in turn. */
export interface Grant {
  objects: AnyObject[];
  facts: Record<string, string>;
  wishes?: Wish[];
}

/** How a technology fulfils what others ask; pure. */
export type Grants = {
  [C in Contract]?: (
    wish: Extract<Wish, { contract: C }>,
    wisher: Wisher,
    settings: UpstreamSettings,
  ) => Grant;
};

/** Facts of granted wishes by the wish's name; of one that is optional and that nobody grants: nothing. */
export type Granted = Record<string, Record<string, string> | undefined>;
