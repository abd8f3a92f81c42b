import type { Key } from '@slipway/api';
import type { HttpPort } from './http-port.ts';
import type { ToolLink } from './tool-link.ts';
import type { UpstreamSettings } from './upstream.ts';
import type { Contract, Grant, Wish, Wisher } from './wish.ts';

/** How a tool is used that somebody runs already: `engine: { existing: { url, credentials } }`. */
export interface Existing {
  /** Keys of the Secret that `credentials` names, each with what it is; none: it takes no credentials. */
  credentials?: Record<string, CredentialKey>;
  /** What it grants others, from its address alone; pure. */
  grants?: ExistingGrants;
  /** Pages of its own that people open; absent: its address is one. */
  links?: (settings: ExistingSettings) => ToolLink[];
  /**
   * The part of its contract's conformance suite that only reads, before the platform uses it. It never rejects for
   * what it finds; each finding that is not `ok` says why and what to do. Values of credentials are in none of them.
   */
  check(ports: ExistingPorts, settings: ExistingSettings): Promise<Finding[]>;
}

export interface CredentialKey {
  /** What it is, for people. */
  description: string;
  optional?: boolean;
}

export interface ExistingSettings extends Omit<UpstreamSettings, 'namespace' | 'version'> {
  /** Where it is, without a slash at its end. */
  address: string;
  /** The Secret with its credentials, in `slipway-system`. */
  credentials?: Key;
}

export interface ExistingPorts {
  http: HttpPort;
  /** The Secret's values, decoded. */
  credentials: Record<string, string>;
  /** PEM text that its certificate may lead to besides the system's: the Secret's `ca.crt`. */
  ca?: string;
  /** A folder that may be filled; the caller removes it. */
  folder: string;
  signal: AbortSignal;
}

/** One question of a check, and what came of it. */
export interface Finding {
  /** Stable id: `tls`, `discovery`, `token`. */
  check: string;
  ok: boolean;
  /** What was seen, or why it is not as it should be. */
  found: string;
  /** The way out; with every finding that is not `ok`. */
  advice?: string;
}

export type ExistingGrants = {
  [C in Contract]?: (
    wish: Extract<Wish, { contract: C }>,
    wisher: Wisher,
    settings: ExistingSettings,
  ) => Grant;
};
