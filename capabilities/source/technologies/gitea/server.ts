import type { Clock, Log, Random, UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { ReaderPool } from '@slipway/sources';
import type { Looks } from './change-request/facts.ts';
import type { Storage } from './git/storage.ts';
import type { RefsPublisher } from './refs-publisher.ts';
import type { Serially } from './serially.ts';

/** What both doors (smart HTTP and REST) and the controller share. */
export interface GitServer {
  /** As the engine itself. */
  client: Client;
  /** As the person who asked: their rights count, and the audit names both. */
  as(user: UserInfo): Client;
  clock: Clock;
  random: Random;
  log: Log;
  storage: Storage;
  readers: ReaderPool;
  publisher: RefsPublisher;
  /** Merges, reviews and looks at changes of one repository follow each other. */
  serially: Serially;
  looks: Looks;
  /** Environment of every git that works on our repositories. */
  gitEnv: Record<string, string>;
  maxPushBytes: number;
  maxFileBytes: number;
  webhookHosts: string[];
  /** `https://git.slipway.localhost:8443` */
  publicUrl: string;
  /** Where people read what the API tells machines. */
  portalUrl: string;
  signal: AbortSignal;
}
