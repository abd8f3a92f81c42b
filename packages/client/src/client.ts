import type { Key, Kind, KubeObject, LabelSelector, ListOf, Stored } from '@slipway/api';

/** One event of a watch. `BOOKMARK` carries only a resourceVersion (and annotations). */
export interface WatchEvent<T extends KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: Stored<T>;
}

export interface ListOptions {
  namespace?: string;
  labelSelector?: string | LabelSelector;
  fieldSelector?: string;
  limit?: number;
  continue?: string;
  resourceVersion?: string;
  /** Only `apiVersion`, `kind` and `metadata` of each object are sent (PartialObjectMetadataList). */
  metadataOnly?: boolean;
}

export interface WatchOptions extends Omit<ListOptions, 'limit' | 'continue' | 'metadataOnly'> {
  /** WatchList: first the present state as ADDED events, then a bookmark annotated `k8s.io/initial-events-end`. */
  sendInitialEvents?: boolean;
  signal: AbortSignal;
}

export interface WriteOptions {
  subresource?: string;
  dryRun?: boolean;
  fieldManager?: string;
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
}

export interface ApplyOptions extends WriteOptions {
  fieldManager: string;
  force?: boolean;
}

export interface DeleteOptions {
  propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: boolean;
}

export type Patch =
  | { type: 'merge'; body: unknown }
  | { type: 'strategic'; body: unknown }
  | { type: 'json'; body: { op: string; path: string; value?: unknown; from?: string }[] };

/**
 * A Kubernetes API, as one user. Every method rejects with a StatusError.
 * @example
 * const pod = await client.get(Pod, { namespace: 'default', name: 'web' });
 */
export interface Client {
  get<T extends KubeObject>(kind: Kind<T>, key: Key): Promise<Stored<T>>;
  /** Like `get`, but undefined instead of a NotFound. */
  find<T extends KubeObject>(kind: Kind<T>, key: Key): Promise<Stored<T> | undefined>;
  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<ListOf<Stored<T>>>;
  /** Ends when the signal is aborted or the server closes it; rejects with 410 Expired when the version is gone. */
  watch<T extends KubeObject>(kind: Kind<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** The namespace comes from the object. */
  create<T extends KubeObject>(
    kind: Kind<T>,
    object: T,
    options?: WriteOptions & { name?: string },
  ): Promise<Stored<T>>;
  update<T extends KubeObject>(kind: Kind<T>, object: T, options?: WriteOptions): Promise<Stored<T>>;
  patch<T extends KubeObject>(
    kind: Kind<T>,
    key: Key,
    patch: Patch,
    options?: WriteOptions,
  ): Promise<Stored<T>>;
  /** Server-side apply. */
  apply<T extends KubeObject>(kind: Kind<T>, object: T, options: ApplyOptions): Promise<Stored<T>>;
  delete<T extends KubeObject>(kind: Kind<T>, key: Key, options?: DeleteOptions): Promise<void>;
  /** The Kind behind an apiVersion and kind, by discovery; undefined when the server has none. */
  discover(apiVersion: string, kind: string): Promise<Kind | undefined>;
  /** Every kind the server serves now, each once in its preferred version, that can be listed, watched and deleted. */
  kinds(): Promise<Kind[]>;
  /** Every `version` and `version/Kind` the server serves, sorted: what charts ask as `.Capabilities.APIVersions`. */
  apiVersions(): Promise<string[]>;
  /** JSON at a path that is no object's: `/version`, `/api`, `/apis/apps/v1`. */
  read(path: string): Promise<unknown>;
  /** Text of a pod's log; with `follow` the stream goes on until the container ends or the signal is aborted. */
  logs(
    pod: Key,
    options: { container: string; follow?: boolean; signal?: AbortSignal },
  ): AsyncIterable<string>;
}
