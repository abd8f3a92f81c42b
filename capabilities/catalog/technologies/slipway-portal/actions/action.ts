import type { AnyObject, Key, Kind, ObjectMeta, Stored, UserInfo } from '@slipway/api';
import type { JsonSchema } from '@slipway/api/json-schema';
import type { Client } from '@slipway/client';
import type { TemplateRun } from '@slipway/kinds';
import type { CatalogState } from '../state.ts';
import type { SkeletonWork } from './skeleton.ts';

/** One thing a run made, in the words of its inventory. */
export interface Made {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

/** The run as actions see it; a rehearsal has one, too. */
export interface RunFacts {
  metadata: ObjectMeta & { name: string; uid: string };
  spec: TemplateRun['spec'];
}

/** All that an action may use which works in the workspace only. */
export interface LocalContext {
  input: Record<string, unknown>;
  /** The run's own folder; paths of inputs are relative to it. */
  workspace: string;
  /** Who started the run. */
  user: UserInfo;
  run: RunFacts;
  /** The local folder with what a `fetch:…` URL names: relative to the template, or of a repository. */
  fetchFolder(url: string): Promise<string>;
  /** Fills in files of a skeleton; gives lines for the log. */
  fill(work: SkeletonWork): Promise<string[]>;
  /** Hosts of Git servers whose repositories live on this platform. */
  gitHosts: string[];
  log(line: string): void;
  output(name: string, value: unknown): void;
  signal: AbortSignal;
}

/** All that an action may use which reaches beyond the workspace. */
export interface ActionContext extends LocalContext {
  state: CatalogState;
  /** Acts with the rights of who started the run. */
  client: Client;
  /**
   * Says, before making it, what is going to be made; it stands in the run's inventory from then on. `present` tells
   * whether it exists; one that exists and was not claimed by this run before is somebody else's: an error.
   */
  claim(made: Made, present: () => Promise<boolean>): Promise<'new' | 'ours'>;
  /** Takes a claim back: what was claimed turned out to be somebody else's. */
  disclaim(made: Made): Promise<void>;
  /** Creates an object, or takes over the one this run had created before it was interrupted. */
  create(kind: Kind<AnyObject>, key: Key, object: AnyObject): Promise<Stored<AnyObject>>;
}

/** What an action has when nothing may be touched. */
export interface RehearsalContext extends LocalContext {
  /** Who asks, where there is a platform to ask; nothing may be written with it. */
  client: Client | undefined;
  /** Says what would be made. */
  record(made: Made): void;
}

interface Described {
  id: string;
  description: string;
  /** JSON Schema of its input. */
  input: JsonSchema;
  /** Names of its outputs, each with what it is. */
  output?: Record<string, string>;
}

/** Leaves something in the workspace only: a lost workspace is made again by running it again. */
export interface LocalAction extends Described {
  local: true;
  run(context: LocalContext): Promise<void>;
}

/** Reaches beyond the workspace. It may run again after a crash, so it must find what it has done before. */
export interface OuterAction extends Described {
  local: false;
  run(context: ActionContext): Promise<void>;
  /** The same without doing it: checks what can be checked, records what it would make, gives what it would give. */
  rehearse(context: RehearsalContext): Promise<void>;
}

/** One step's work. */
export type Action = LocalAction | OuterAction;
