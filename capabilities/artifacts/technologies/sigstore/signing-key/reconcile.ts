import type { KeyProvider } from '@slipway/api';
import { SigningKey } from '@slipway/kinds';
import { type Controller, controller, done } from '@slipway/runtime';
import { platformKey } from '../../../signing/platform-key.ts';

/** Shows of each SigningKey its public half; what anybody else wrote there is replaced. */
export function signingKeyController(keys: KeyProvider): Controller {
  return controller<SigningKey>({
    name: 'signing-key',
    kind: SigningKey,
    condition: 'Ready',
    reconcile: async ({ metadata: { name }, status }, { client }) => {
      const { id: keyId, pem: publicKey } = await platformKey(keys, name);
      if (status?.keyId === keyId && status.publicKey === publicKey) return done;
      const body = { status: { keyId, publicKey } };
      await client.patch(SigningKey, { name }, { type: 'merge', body }, { subresource: 'status' });
      return done;
    },
  });
}
