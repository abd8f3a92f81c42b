import type { Grant, SecretWish, Wisher } from '@slipway/definition';
import type { GeneratedSecret } from '@slipway/kinds';

/** A `secret` wish that no chosen technology grants is the platform's own: an object its controller keeps true. */
export function generatedSecret({ secret, keys, labels }: SecretWish, { namespace }: Wisher): Grant {
  const object: GeneratedSecret = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'GeneratedSecret',
    metadata: { name: secret, namespace },
    spec: { keys, ...(labels ? { labels } : {}) },
  };
  return { objects: [object as never], facts: { secret } };
}
