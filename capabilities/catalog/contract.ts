// What any developer portal here must do, told through Backstage's formats at the Kubernetes API.
import type { Client } from '@slipway/client';

/** What the conformance suite needs of a platform that runs a portal. */
export interface PortalGround {
  /** May create template runs in `namespace` and read the catalog. */
  client: Client;
  namespace: string;
}

/** Codes of the errors this contract has. */
export type PortalErrorCode =
  | 'InvalidEntity'
  | 'InvalidValues'
  | 'InvalidTemplate'
  | 'InvalidInput'
  | 'UnknownTemplate'
  | 'UnknownAction'
  | 'PathRefused'
  | 'UrlRefused';
