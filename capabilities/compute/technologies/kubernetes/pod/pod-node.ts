import type { Clock, KubeObject, Log } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Pod } from '@slipway/kinds';
import type { PodNetwork, Sandbox } from '@slipway/sandbox';
import type { References } from '../env/environment.ts';
import type { PodFacts } from '../env/fields.ts';
import type { Images } from '../images/images.ts';
import type { LogNews } from '../logs/log-file.ts';
import type { AddressPool } from '../network/address-pool.ts';
import type { PodTokens } from '../volumes/tokens.ts';
import type { PodState } from './pod-state.ts';

/** All a pod's worker may use: the node it runs on. */
export interface PodNode {
  client: Client;
  clock: Clock;
  log: Log;
  run: Sandbox;
  images: Images;
  addresses: AddressPool;
  tokens: PodTokens;
  news: LogNews;
  facts: Omit<PodFacts, 'podIP'>;
  /** Absolute path: pods' volumes and writable layers. */
  podsFolder: string;
  logsFolder: string;
  references(namespace: string): References;
  /** Variables of the Services a pod sees. */
  serviceVariables(pod: Pod): Map<string, string>;
  networkOf(pod: () => Pod): PodNetwork;
  carry(ports: number[]): void;
  event(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** All pods of this node, itself too. */
  others(): Iterable<PodState>;
  /** What the driver cannot keep for this pod; '' when all is kept. */
  notEnforced(pod: Pod): string;
}
