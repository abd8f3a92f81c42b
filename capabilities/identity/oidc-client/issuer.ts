import type { Clock, Key, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { OidcClient } from '@slipway/kinds';

/** What a client of an issuer needs to know to be it. */
export interface ClientFacts {
  issuer: string;
  /** Absent for a public one. */
  clientSecret?: string;
  origin: NonNullable<NonNullable<OidcClient['status']>['origin']>;
}

export interface IssuerContext {
  client: Client;
  clock: Clock;
  /** Whether there is such an OidcClient. */
  known(key: Key): boolean;
  /** The secret that the wisher's tool has now: an issuer that lost the client gets it back with the same one. */
  presentSecret?: string;
  signal: AbortSignal;
}

/**
 * How one technology makes clients. Both may be called any number of times, and reject with a SlipwayError whose code
 * becomes the condition's reason.
 */
export interface Issuer {
  /** Secrets whose change may help clients that could not be made. */
  secrets?: Key[];
  ensure(wanted: Stored<OidcClient>, context: IssuerContext): Promise<ClientFacts>;
  /** Takes back what `ensure` made; nothing that is somebody else's. */
  end(gone: Stored<OidcClient>, context: IssuerContext): Promise<void>;
}
