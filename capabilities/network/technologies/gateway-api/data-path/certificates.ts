import type { Client } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import { isListenerAccepted } from '../gateway/listener.ts';
import { keyPairOf } from '../gateway/reconcile.ts';
import { GROUP } from '../table/upstream.ts';
import type { LiveWorld } from './live-world.ts';

/** Certificates that Gateways and Ingresses bring for their hosts; undefined leaves the name to others. */
export function certificatesOf(
  client: Client,
  world: LiveWorld,
): (serverName: string) => Promise<{ cert: string; key: string } | undefined> {
  return async serverName => {
    const name = serverName.toLowerCase();
    if (name === '') return undefined;
    for (const key of secretsFor(name, world)) {
      const secret = await client.find(Secret, key);
      const pair = secret && keyPairOf(secret);
      if (pair) return pair;
    }
    return undefined;
  };
}

/** Secrets that are meant for a server name, exact hosts first. */
function secretsFor(name: string, world: LiveWorld): { namespace: string; name: string }[] {
  const found: { host: string; namespace: string; name: string }[] = [];
  for (const gateway of world.gateways()) {
    const from = gateway.metadata.namespace ?? '';
    for (const listener of gateway.spec.listeners) {
      if (listener.protocol !== 'HTTPS' || !isListenerAccepted(listener, world)) continue;
      for (const reference of listener.tls?.certificateRefs ?? []) {
        const key = { namespace: reference.namespace ?? from, name: reference.name };
        const grant = { group: GROUP, kind: 'Gateway', namespace: from };
        const isGranted =
          key.namespace === from || world.isGranted(grant, { group: '', kind: 'Secret', ...key });
        if (isGranted) found.push({ host: listener.hostname?.toLowerCase() ?? '', ...key });
      }
    }
  }
  for (const ingress of world.ingresses()) {
    for (const { hosts = [], secretName } of ingress.spec?.tls ?? []) {
      if (!secretName) continue;
      const namespace = ingress.metadata.namespace ?? '';
      for (const host of hosts) found.push({ host: host.toLowerCase(), namespace, name: secretName });
    }
  }
  return found
    .filter(
      ({ host }) => host === '' || host === name || (host.startsWith('*.') && name.endsWith(host.slice(1))),
    )
    .toSorted((a, b) => Number(b.host === name) - Number(a.host === name) || b.host.length - a.host.length);
}
