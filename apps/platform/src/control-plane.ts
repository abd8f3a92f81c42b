import { join } from 'node:path';
import type { Clock, Folder, Log, Random, UserInfo } from '@slipway/api';
import type { Authority } from '@slipway/certificates/contract';
import { type Client, createClient } from '@slipway/client';
import { controllers } from '@slipway/controlplane';
import { createRuntime, type Runtime } from '@slipway/runtime';
import { type ApiServer, createApiServer, openStore, type DataFolder, type Store } from '@slipway/server';
import type { KeyProvider } from '@slipway/api';

/** The name under which the platform's own composition acts. */
const PLATFORM: UserInfo = { username: 'system:slipway', groups: ['system:masters'] };

export interface ControlPlane {
  server: ApiServer;
  store: Store;
  runtime: Runtime;
  /** As the platform itself. */
  client: Client;
  clientFor(user: UserInfo): Client;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  folder: DataFolder;
  data: Folder;
  keys: KeyProvider;
  clock: Clock;
  random: Random;
  log: Log;
  authority: Authority;
  apiPort: number;
  adminToken: string;
}
