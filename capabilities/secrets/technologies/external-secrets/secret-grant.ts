import type { AnyObject } from '@slipway/api';
import type { Grant, SecretWish, Wisher } from '@slipway/definition';

type Made = SecretWish['keys'][string];
type Generated = Extract<Made, { length: number }>;

/**
 * A Secret that is generated once: a Password generator for each way its keys are made, and an ExternalSecret that
 * owns it. `CreatedOnce` makes nothing anew while the Secret is as it was made; deleted or changed, it is made again.
 */
export function grantSecret(wish: SecretWish, { namespace }: Wisher): Grant {
  const { secret: name, keys, labels = {} } = wish;
  const generated = Object.entries(keys).flatMap(([key, made]) => (isGenerated(made) ? [{ key, made }] : []));
  const texts = Object.entries(keys).flatMap(([key, made]) =>
    isGenerated(made) ? [] : [[key, literal(made.text)] as const],
  );
  const generators = new Map(generated.map(({ made }) => [generatorName(name, made), made]));
  const secret: AnyObject = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace },
    spec: {
      refreshPolicy: 'CreatedOnce',
      target: {
        name,
        creationPolicy: 'Owner',
        deletionPolicy: 'Retain',
        template: {
          engineVersion: 'v2',
          mergePolicy: 'Merge',
          metadata: { labels },
          data: Object.fromEntries(texts),
        },
      },
      dataFrom: generated.map(({ key, made }) => generatedKey(key, generatorName(name, made))),
    },
  };
  const objects = [...generators].map(([generator, made]) => generatorObject(generator, namespace, made));
  return { objects: [...objects, secret], facts: { secret: name } };
}

function isGenerated(made: Made): made is Generated {
  return 'length' in made;
}

function generatorName(secret: string, { alphabet = 'alphanumeric', length }: Generated): string {
  return `${secret}-${alphabet}-${length}`;
}

/** A generator is asked anew for each key, and always calls what it made `password`. */
function generatedKey(key: string, name: string): object {
  return {
    sourceRef: {
      generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'Password', name },
    },
    rewrite: [{ regexp: { source: '^password$', target: key } }],
  };
}

function generatorObject(name: string, namespace: string, { length, alphabet }: Generated): AnyObject {
  // It knows how many digits, not which letters: what is hexadecimal is made of decimal digits alone.
  const digits = alphabet === 'hex' ? length : Math.ceil(length / 4);
  return {
    apiVersion: 'generators.external-secrets.io/v1alpha1',
    kind: 'Password',
    metadata: { name, namespace },
    spec: { length, digits, symbols: 0, noUpper: false, allowRepeat: true, encoding: 'raw' },
  };
}

/** The text as a template that gives it back, whatever is in it. */
function literal(text: string): string {
  return `{{ ${JSON.stringify(text)} }}`;
}
