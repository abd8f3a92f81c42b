import { timingSafeEqual } from 'node:crypto';
import type { Authenticator, Clock, KeyProvider, Log, Random, UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type Kube, startKube } from '@slipway/kube';
import { LOCAL_ADMIN } from './credentials.ts';

/** The name under which the composition itself acts. */
const PLATFORM: UserInfo = { username: 'system:slipway', groups: ['system:masters', 'system:authenticated'] };

/** The API server with the controllers any cluster has, and ways to act on it. */
export interface ControlPlane {
  kube: Kube;
  keys: KeyProvider;
  /** As the platform itself. */
  client: Client;
  /** As the ServiceAccount of a technology. */
  clientOf(technology: string): Client;
}

export interface ControlPlaneOptions {
  dataDir: string;
  keysFolder: string;
  clock: Clock;
  random: Random;
  log: Log;
}

/** Opens the store and starts the control plane; nothing listens yet. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const kube = await startKube(options);
  return {
    kube,
    keys: kube.keys,
    client: kube.client(PLATFORM),
    clientOf: technology => kube.client(accountOf(technology)),
  };
}

/** The user a technology's engine acts as: its ServiceAccount in `slipway-system`. */
export function accountOf(technology: string): UserInfo {
  return {
    username: `system:serviceaccount:slipway-system:${technology}`,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:slipway-system', 'system:authenticated'],
  };
}

/** Knows local-admin by the token of the data folder. */
export function localAdminAuthenticator(token: string): Authenticator {
  const wanted = Buffer.from(token);
  return {
    authenticate: async ({ bearer }) => {
      const given = Buffer.from(bearer ?? '');
      return given.length === wanted.length && timingSafeEqual(given, wanted) ? LOCAL_ADMIN : undefined;
    },
  };
}
