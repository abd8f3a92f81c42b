import { createHash } from 'node:crypto';
import type { Clock } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Capabilities } from './render-context.ts';

const KEPT_MS = 30_000;

interface Answer {
  until: number;
  capabilities: Promise<Capabilities & { digest: string }>;
}

const answers = new WeakMap<Client, Answer>();

/** What a cluster can do, asked every half minute. `digest` is equal for equal answers. */
export function capabilitiesOf(client: Client, clock: Clock): Promise<Capabilities & { digest: string }> {
  const known = answers.get(client);
  if (known && known.until > clock.now()) return known.capabilities;
  const capabilities = ask(client);
  answers.set(client, { until: clock.now() + KEPT_MS, capabilities });
  capabilities.catch(() => answers.delete(client));
  return capabilities;
}

async function ask(client: Client): Promise<Capabilities & { digest: string }> {
  const [version, apiVersions] = await Promise.all([client.read('/version'), client.apiVersions()]);
  const kubeVersion = String((version as { gitVersion?: string }).gitVersion ?? '');
  const digest = createHash('sha256')
    .update(JSON.stringify([kubeVersion, apiVersions]))
    .digest('hex');
  return { kubeVersion, apiVersions, digest };
}
