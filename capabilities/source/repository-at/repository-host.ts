import type { Clock, Key } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { RepositoryName } from '../repository-name.ts';

/** What a Repository object says of its repository. */
export interface WantedRepository extends RepositoryName {
  description?: string;
  defaultBranch: string;
  isPrivate: boolean;
}

/** One of a server's list. */
export interface ListedRepository extends RepositoryName {
  defaultBranch: string;
  isPrivate: boolean;
  /** Another after each push: the server's time of the last change. */
  stamp: string;
  /** So recent that another push may have the same stamp. */
  isFresh: boolean;
}

/** What was pushed. */
export interface SeenRepository {
  /** Branch → full commit id. */
  branches: Record<string, string>;
  /** The newest push, as far as the server tells. */
  push?: { at: string; by: string };
}

export interface HostContext {
  client: Client;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * How one technology keeps repositories. Each may be called any number of times, and rejects with a SlipwayError whose
 * code becomes the condition's reason.
 */
export interface RepositoryHost {
  /** Secrets whose change may help. */
  secrets?: Key[];
  /** Organization or group of the platform's own repositories. */
  owner: string;
  /** Clone URL, for programs on the cluster. */
  urlOf(name: RepositoryName): string;
  /** Everything there is, by `<owner>/<name>` in lower case; cheap enough to be asked every few seconds. */
  list(context: HostContext): Promise<ReadonlyMap<string, ListedRepository>>;
  /** Makes it, or brings what is said of it up to date; true when it was not there. */
  ensure(wanted: WantedRepository, context: HostContext): Promise<boolean>;
  /** Undefined when it is not there. */
  read(name: RepositoryName, context: HostContext): Promise<SeenRepository | undefined>;
  /** Removes it when nothing is in it but what it was made with, or in any case; what somebody pushed is kept. */
  remove(name: RepositoryName, inAnyCase: boolean, context: HostContext): Promise<'removed' | 'kept'>;
}
