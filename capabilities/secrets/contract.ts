import type { Client } from '@slipway/client';
import type { SecretWish } from '@slipway/definition';

/** What the conformance suite needs of a cluster on which a technology of secret management runs. */
export interface SecretsGround {
  /** May read and delete Secrets in `namespace`. */
  client: Client;
  namespace: string;
  /** Applies what the technology's grant of this wish comes to. */
  grant(wish: SecretWish): Promise<void>;
}
