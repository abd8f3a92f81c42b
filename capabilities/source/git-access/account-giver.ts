import type { Clock, Key, Random, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { GitAccess } from '@slipway/kinds';

/** How to be an account at a Git server, over HTTP. */
export interface Account {
  username: string;
  /** A token: no person's password. */
  password: string;
  origin: NonNullable<NonNullable<GitAccess['status']>['origin']>;
}

export interface GiverContext {
  client: Client;
  clock: Clock;
  random: Random;
  /** What the Secret has now, when it was given for the same rights: kept while the server takes it. */
  present?: string;
  signal: AbortSignal;
}

/**
 * How one technology gives programs accounts. Both may be called any number of times, and reject with a SlipwayError
 * whose code becomes the condition's reason.
 */
export interface AccountGiver {
  /** Secrets whose change may help accesses that could not be given. */
  secrets?: Key[];
  ensure(wanted: Stored<GitAccess>, context: GiverContext): Promise<Account>;
  /** Takes back what `ensure` made; nothing that is somebody else's. */
  end(gone: Stored<GitAccess>, context: GiverContext): Promise<void>;
}
