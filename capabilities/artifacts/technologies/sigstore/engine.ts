import { hasReason, SlipwayError } from '@slipway/api';
import type { Ports, Running, Settings } from '@slipway/definition';
import type { Handler } from '@slipway/gateway';
import { SigningKey } from '@slipway/kinds';
import { preAuthentication } from '../../signing/dsse.ts';
import type { PlatformKey } from '../../signing/platform-key.ts';
import { signingKeys } from '../../signing/signing-keys.ts';
import { readParameters } from './parameters.ts';
import { signaturePolicy } from './policy.ts';
import { serveKeys } from './serve-keys.ts';
import { signingKeyController } from './signing-key/reconcile.ts';
import { serveTrace } from './trace/serve-trace.ts';

/** The first key's name. */
const FIRST = 'first';

/** Keys of one platform: the builder signs with them, everybody else verifies. */
export async function startEngine(ports: Ports, settings: Settings): Promise<Running> {
  const { verify: policy } = readParameters(settings.parameters);
  await ensureKey(ports);
  const keys = async () => (await signingKeys(ports.client, ports.keys)) ?? [];
  return {
    controllers: [signingKeyController(ports.keys)],
    routes: [{ host: 'signing', handler: byPath(serveTrace(ports), serveKeys(keys)) }],
    probes: [{ capability: 'signing', name: 'sign', check: async () => tryKey(await keys()) }],
    ...(policy ? { admitter: signaturePolicy({ ...ports, policy, keys }) } : {}),
    stop: async () => {},
  };
}

function byPath(trace: Handler, keys: Handler): Handler {
  return (request, response) =>
    request.url?.startsWith('/trace/') ? trace(request, response) : keys(request, response);
}

/** A platform that signs has a key before its first build. */
async function ensureKey({ client, keys }: Ports): Promise<void> {
  const known = await signingKeys(client, keys);
  if (known && known.length > 0) return;
  const { group, version, kind } = SigningKey;
  await client
    .create(SigningKey, { apiVersion: `${group}/${version}`, kind, metadata: { name: FIRST } })
    .catch(error => {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    });
}

function tryKey([key]: PlatformKey[]): string {
  const text = preAuthentication('text/plain', Buffer.from('probe'));
  if (key?.verifies(text, key.sign(text))) return `key ${key.name} signs, and its public key verifies`;
  throw new SlipwayError(
    'NoSigningKey',
    'signing: there is no SigningKey; create one: slipway signing rotate',
  );
}
