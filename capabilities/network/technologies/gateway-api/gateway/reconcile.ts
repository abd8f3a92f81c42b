import { createPrivateKey, X509Certificate } from 'node:crypto';
import { keyOf, type Stored, timestamp } from '@slipway/api';
import { type Client, updateStatus } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import { type Context, done, type Outcome } from '@slipway/runtime';
import type { Surroundings } from '../controllers.ts';
import { planRoute } from '../http-route/plan.ts';
import { Gateway, GROUP, HttpRoute, type SecretReference } from '../table/upstream.ts';
import type { World } from '../table/world.ts';
import { gatewayStatus } from './plan.ts';

/** Keeps a Gateway's status: which listeners work, and how many routes each of them has. */
export async function reconcileGateway(
  gateway: Stored<Gateway>,
  context: Context,
  surroundings: Surroundings,
): Promise<Outcome> {
  const world = surroundings.world(context);
  if (!world.gateway(keyOf(gateway))) return done;
  const certificates = await certificateProblems(gateway, context.client, world);
  const options = {
    attached: attachedRoutes(gateway, context, world),
    certificates,
    addresses: [{ type: 'Hostname', value: surroundings.addresses.domain }],
    ports: surroundings.ports,
    now: timestamp(context.clock.now()),
  };
  await updateStatus(context.client, Gateway, keyOf(gateway), draft => {
    if (draft.metadata.generation !== gateway.metadata.generation) return;
    draft.status = gatewayStatus({ ...options, gateway: draft });
  });
  return done;
}

function attachedRoutes(gateway: Stored<Gateway>, context: Context, world: World): Map<string, number> {
  const counts = new Map<string, number>();
  const { namespace, name } = gateway.metadata;
  for (const route of context.cache(HttpRoute).list()) {
    const listeners = new Set<string>();
    for (const { parentRef, listeners: own } of planRoute(route, world).parents) {
      const isThis =
        parentRef.name === name && (parentRef.namespace ?? route.metadata.namespace) === namespace;
      if (isThis) for (const listener of own) listeners.add(listener);
    }
    for (const listener of listeners) counts.set(listener, (counts.get(listener) ?? 0) + 1);
  }
  return counts;
}

type Problem = { reason: string; message: string };

async function certificateProblems(
  gateway: Stored<Gateway>,
  client: Client,
  world: World,
): Promise<Map<string, Problem>> {
  const problems = new Map<string, Problem>();
  for (const { name, protocol, tls } of gateway.spec.listeners) {
    for (const reference of protocol === 'HTTPS' ? (tls?.certificateRefs ?? []) : []) {
      const problem = await certificateProblem(reference, gateway.metadata.namespace ?? '', client, world);
      if (problem && !problems.has(name)) problems.set(name, problem);
    }
  }
  return problems;
}

async function certificateProblem(
  reference: SecretReference,
  from: string,
  client: Client,
  world: World,
): Promise<Problem | undefined> {
  const namespace = reference.namespace ?? from;
  const at = `tls.certificateRefs: Secret "${namespace}/${reference.name}"`;
  if ((reference.group ?? '') !== '' || (reference.kind ?? 'Secret') !== 'Secret') {
    return {
      reason: 'InvalidCertificateRef',
      message: `tls.certificateRefs: kind "${reference.kind}" is not supported; Secret is`,
    };
  }
  const grant = { group: GROUP, kind: 'Gateway', namespace: from };
  const isGranted =
    namespace === from ||
    world.isGranted(grant, { group: '', kind: 'Secret', namespace, name: reference.name });
  if (!isGranted)
    return {
      reason: 'RefNotPermitted',
      message: `${at} is in another namespace, and no ReferenceGrant there allows it`,
    };
  const secret = await client.find(Secret, { namespace, name: reference.name });
  if (!secret) return { reason: 'InvalidCertificateRef', message: `${at} does not exist` };
  if (!keyPairOf(secret))
    return { reason: 'InvalidCertificateRef', message: `${at} holds no certificate with its key` };
  return undefined;
}

/** The certificate and key in a Secret, as PEM text; undefined when it holds none that fit together. */
export function keyPairOf(secret: Secret): { cert: string; key: string } | undefined {
  const text = (name: string) => Buffer.from(secret.data?.[name] ?? '', 'base64').toString('utf8');
  const pair = { cert: text('tls.crt'), key: text('tls.key') };
  try {
    return new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key)) ? pair : undefined;
  } catch {
    return undefined;
  }
}
