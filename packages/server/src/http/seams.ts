import type { KubeObject, UserInfo } from '@slipway/api';
import type { ResourceInfo } from '../schema/index.ts';

/** What a request wants to do, as access reviews name it. */
export interface Attributes {
  /** get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in lower case. */
  verb: string;
  /** Set for requests outside `/api` and `/apis/<group>/<version>`; the fields below are then empty. */
  nonResourcePath?: string;
  group: string;
  version: string;
  /** Lower-case plural. */
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}

export interface Decision {
  allowed: boolean;
  reason: string;
}

/** Says whether this user may do this; never throws for a mere "no". */
export type Authorize = (user: UserInfo, attributes: Attributes) => Decision | Promise<Decision>;

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write on its way in. `object` is absent for DELETE, `oldObject` for CREATE. */
export interface AdmissionCall {
  operation: AdmissionOperation;
  info: ResourceInfo;
  subresource?: string;
  namespace?: string;
  name: string;
  object?: KubeObject;
  oldObject?: KubeObject;
  user: UserInfo;
  dryRun: boolean;
  /** DeleteOptions, CreateOptions, … as far as the request had any. */
  options?: Record<string, unknown>;
  /** Adds a `Warning:` header to the answer. */
  warn(message: string): void;
}

/**
 * Runs before every write. `mutate` comes first and may return another object (never change the one given);
 * then the schema's validation; then `validate`. Both throw StatusErrors to refuse.
 */
export interface Admission {
  mutate(call: AdmissionCall): KubeObject | undefined | Promise<KubeObject | undefined>;
  validate(call: AdmissionCall): void | Promise<void>;
}

/** A create that is answered and not stored. */
export interface VirtualCall {
  object: KubeObject;
  user: UserInfo;
  /** Who acts as `user`, when that is somebody else. */
  impersonator?: UserInfo;
  namespace?: string;
  /** Name of the parent object, for subresources (`serviceaccounts/<name>/token`). */
  name?: string;
  dryRun: boolean;
}

/** A resource, or a subresource, whose POST computes an answer: the reviews and TokenRequest. */
export interface VirtualResource {
  group: string;
  /** `tokenreviews`, or `serviceaccounts/token`. */
  resource: string;
  create(call: VirtualCall): KubeObject | Promise<KubeObject>;
  /** Where it can be read: the list as it is sent. */
  list?(query: URLSearchParams): Promise<object>;
}

/** An answer that access control gives at a path of its own. */
export interface AccessDocument {
  contentType: string;
  body: string;
}
