import type { Key } from '@slipway/api';
import type { Controller } from '@slipway/runtime';
import type { HttpPort } from './http-port.ts';

/** Where a technology is that others are wired to, as its controllers see it. */
export interface WiringSettings {
  /** The platform's name. */
  platform: string;
  /** The technology's parameters, defaults filled in. */
  parameters: Record<string, unknown>;
  /** Where it lives on the cluster; of one that exists elsewhere: `slipway-system`. */
  namespace: string;
  /** Whether these controllers run in a pod of the cluster: there, Services' names lead to it. */
  isInside: boolean;
  /** Public addresses: `https://id.acme.example` for `id`. */
  url(host: string): string;
  /** One that somebody else runs: where it is, and the Secret with its credentials. */
  existing?: { address: string; credentials?: Key };
  /** Says where to ask, instead of what follows from the rest: for tests and processes beside a cluster. */
  address?: string;
  /** PEM text that its certificate may lead to besides the system's. */
  ca?: string;
  http: HttpPort;
}

/**
 * Controllers that keep true what a technology granted: they read wishes' objects and the tool's own REST, and write
 * Secrets. They need nothing but a `Client` and HTTP, so the command line runs them during `apply`, and the platform
 * on the cluster from then on.
 */
export type Wiring = (settings: WiringSettings) => Controller[];
