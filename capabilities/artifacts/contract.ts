import type { UserInfo } from '@slipway/api';
import type { Digest } from '@slipway/oci';

/** What somebody did to an image, for the audit. */
export interface ImageAction {
  action: 'pull' | 'push' | 'delete';
  user: UserInfo;
  /** `<team>/<service>`. */
  repository: string;
  /** Tag or digest as it was asked for. */
  reference: string;
  digest?: Digest;
  outcome: 'allowed' | 'denied' | 'failed';
  /** Address of the other side. */
  source: string;
}

/** Records an action before it happens; when it rejects, nothing happens and the caller sees a failure. */
export type RecordAction = (action: ImageAction) => Promise<void>;

/** Kinds a technology of `artifact-registries` must serve besides its own protocol, as `Kind.group/version`. */
export const REQUIRED_KINDS = ['Build.artifacts.slipway.dev/v1alpha1'];
