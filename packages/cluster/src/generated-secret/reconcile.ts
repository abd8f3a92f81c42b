import { keyOf, type Stored } from '@slipway/api';
import { GeneratedSecret, Secret } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  type Outcome,
  waitingFor,
  watching,
} from '@slipway/runtime';
import { planSecret } from './plan.ts';

/**
 * Keeps a Secret for each GeneratedSecret. The Secret outlives it: who takes a GeneratedSecret away by mistake, or
 * restores it under another uid, does not lose the only key to what was encrypted with it.
 */
export function generatedSecrets(): Controller {
  return controller<GeneratedSecret>({
    name: 'generated-secret',
    kind: GeneratedSecret,
    condition: 'Ready',
    watches: [
      watching<Secret>({
        kind: Secret,
        keysOf: (secret, { cache }) => sameName(secret, cache(GeneratedSecret)),
      }),
    ],
    reconcile,
  });
}

function sameName(
  secret: Stored<Secret>,
  wanted: { get(key: { name: string }): unknown },
): { name: string }[] {
  const key = keyOf(secret);
  return wanted.get(key) ? [key] : [];
}

async function reconcile(
  generated: Stored<GeneratedSecret>,
  { client, cache, random }: Context,
): Promise<Outcome> {
  if (generated.metadata.deletionTimestamp) return done;
  const key = keyOf(generated);
  const present = cache(Secret).get(key);
  const plan = planSecret(generated, present, random);
  if (plan.step === 'wait') return waitingFor(plan.reason, plan.message);
  // A Secret that came a moment ago makes this fail with AlreadyExists, and the next look finds it.
  if (plan.step === 'make') await client.create(Secret, plan.secret);
  if (plan.step === 'add' && present) {
    const { resourceVersion } = present.metadata;
    const body = { metadata: { resourceVersion, labels: plan.labels }, data: plan.data };
    await client.patch(Secret, key, { type: 'merge', body });
  }
  return done;
}
