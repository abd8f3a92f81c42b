// What any delivery technology here must do, told through what teams see: commits on one side, live objects on the other.
import type { Client } from '@slipway/client';

/** What the conformance suite needs of a platform that runs a delivery technology. */
export interface DeliveryGround {
  /** May read and change ConfigMaps in `namespace`. */
  client: Client;
  /** Where deliveries of the suite go. */
  namespace: string;
  /** Commits files to the repository that deliveries read, and resolves with the commit's id; a null removes a file. */
  push(files: Record<string, string | null>): Promise<string>;
  /** Starts to deliver a folder of that repository, as automatically as the technology can: pruned and healed. */
  deliver(folder: string): Promise<void>;
  /** What the technology says of a folder's delivery. */
  stateOf(folder: string): Promise<DeliveryState>;
}

export interface DeliveryState {
  /** The commit that is applied whole; undefined before the first. */
  revision?: string;
  healthy: boolean;
  /** What went wrong, in words for people; empty when nothing did. */
  problem: string;
}

/** Codes of errors that delivery rejects with; each message names what, where and what to do. */
export type DeliveryErrorCode = 'GitServer';

/** What the suite for promotions needs: a service that runs healthy in the first of two environments, `dev` and `prod`. */
export interface PromotionGround {
  /** May make and read Promotions in `namespace`. */
  client: Client;
  namespace: string;
  /** Brings a new version of the service to `dev`, healthy; its image. `service` is made at the first. */
  version(service: string, content: string): Promise<string>;
  /** What was committed for a service in `prod`, newest first. */
  commits(service: string): Promise<{ id: string; message: string }[]>;
  /** Where the technology has to be told that it applied everything in `prod`; others do it by themselves. */
  apply?(service: string): Promise<void>;
}
