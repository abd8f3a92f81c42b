// What any policy technology here must do, told through Approvals at the Kubernetes API.
import type { UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';

/** What the conformance suite needs of a platform that runs a policy technology. */
export interface PolicyGround {
  /** May do everything in `namespace`, and write the status of Promotions as delivery does. */
  client: Client;
  /** A client that acts as this person. */
  as(person: UserInfo): Client;
  namespace: string;
}

/** Why an Approval does not count; `status.reason` of it. */
export type ApprovalRefusal =
  | 'KindUnsupported'
  | 'PersonUnknown'
  | 'ObjectGone'
  | 'AlreadyDecided'
  | 'OutdatedGeneration'
  | 'AlreadyVoted'
  | 'NotWanted'
  | 'NotInGroup'
  | 'SelfApproval';
