import type { AnyObject, Key, Kind, Stored, UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { CatalogState } from '../state.ts';

/** One thing a run made, in the words of its inventory. */
export interface Made {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

/** All an action may use. */
export interface ActionContext {
  state: CatalogState;
  input: Record<string, unknown>;
  /** The run's own folder; paths of inputs are relative to it. */
  workspace: string;
  /** Where the template itself lies: relative URLs start here. */
  templateUrl: string;
  /** Who started the run; `client` acts with that one's rights. */
  user: UserInfo;
  client: Client;
  run: Stored<AnyObject>;
  log(line: string): void;
  output(name: string, value: unknown): void;
  /**
   * Says, before making it, what is going to be made; it stands in the run's inventory from then on. `present` tells
   * whether it exists; one that exists and was not claimed by this run before is somebody else's: an error.
   */
  claim(made: Made, present: () => Promise<boolean>): Promise<'new' | 'ours'>;
  /** Creates an object, or takes over the one this run had created before it was interrupted. */
  create(kind: Kind<AnyObject>, key: Key, object: AnyObject): Promise<Stored<AnyObject>>;
  signal: AbortSignal;
}

/** One step's work. It may run again after a crash, so it must find what it has done before. */
export interface Action {
  id: string;
  description: string;
  /** What it leaves is in the workspace only: a lost workspace is made again by running it again. */
  local: boolean;
  /** JSON Schema of its input. */
  input: Record<string, unknown>;
  run(context: ActionContext): Promise<void>;
}
