import type { AnyObject } from '@slipway/api';
import type { Grant, SecretWish, Wisher } from '@slipway/definition';

type Generated = Extract<SecretWish['keys'][string], { length: number }>;

/**
 * A Secret that is generated once: one Password generator for each way its keys are made, and an ExternalSecret that
 * owns it. `CreatedOnce` makes nothing anew while the Secret is as it was made; deleted or changed, it is made again.
 */
export function grantSecret(wish: SecretWish, { namespace }: Wisher): Grant {
  const generators = generatorsOf(wish, namespace);
  const labels = wish.labels ?? {};
  const text = Object.entries(wish.keys).flatMap(([key, made]) => ('text' in made ? [[key, made.text]] : []));
  const secret: AnyObject = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: wish.secret, namespace },
    spec: {
      refreshPolicy: 'CreatedOnce',
      target: {
        name: wish.secret,
        creationPolicy: 'Owner',
        deletionPolicy: 'Retain',
        template: {
          engineVersion: 'v2',
          mergePolicy: 'Merge',
          metadata: { labels },
          data: Object.fromEntries(text.map(([key, value = '']) => [key, literal(value)])),
        },
      },
      dataFrom: generators.map(({ metadata }) => ({
        sourceRef: {
          generatorRef: {
            apiVersion: 'generators.external-secrets.io/v1alpha1',
            kind: 'Password',
            name: metadata.name,
          },
        },
      })),
    },
  };
  return { objects: [...generators, secret], facts: { secret: wish.secret } };
}

/** A generator gives each of its keys another value. */
function generatorsOf({ secret, keys }: SecretWish, namespace: string): AnyObject[] {
  const ways = new Map<string, { made: Generated; keys: string[] }>();
  for (const [key, made] of Object.entries(keys)) {
    if ('text' in made) continue;
    const way = `${made.alphabet ?? 'alphanumeric'}-${made.length}`;
    ways.set(way, { made, keys: [...(ways.get(way)?.keys ?? []), key] });
  }
  return [...ways].map(([way, { made, keys: secretKeys }]) => ({
    apiVersion: 'generators.external-secrets.io/v1alpha1',
    kind: 'Password',
    metadata: { name: `${secret}-${way}`, namespace },
    spec: { ...passwordOf(made), secretKeys },
  }));
}

/** What is hexadecimal is made of decimal digits: the generator has no letters to choose from, only how many. */
function passwordOf({ length, alphabet }: Generated): Record<string, unknown> {
  const digits = alphabet === 'hex' ? length : Math.ceil(length / 4);
  return { length, digits, symbols: 0, noUpper: false, allowRepeat: true, encoding: 'raw' };
}

/** The text as a template that gives it back, whatever is in it. */
function literal(text: string): string {
  return `{{ ${JSON.stringify(text)} }}`;
}
