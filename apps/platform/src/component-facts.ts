import { type Log, messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Addresses } from '@slipway/definition';
import { Component } from '@slipway/kinds';
import type { StartedEngine } from './engines.ts';

/** Writes into the Components where each technology is reached and which version's API it follows. */
export async function tellComponentFacts(
  client: Client,
  engines: StartedEngine[],
  { addresses, log }: { addresses: Addresses; log: Log },
): Promise<void> {
  const tell = async (engine: StartedEngine) => {
    const { id, version } = engine.component.technology;
    const address = addressOf(engine, addresses);
    const status = { ...(address ? { address } : {}), ...(version ? { version } : {}) };
    const patch = { type: 'merge', body: { status } } as const;
    await client
      .patch(Component, { name: id }, patch, { subresource: 'status', fieldManager: 'slipway' })
      .catch(error => log.warn('component facts not written', { technology: id, error: messageOf(error) }));
  };
  await Promise.all(engines.map(tell));
}

function addressOf({ component, running }: StartedEngine, addresses: Addresses): string | undefined {
  if (component.capabilities.includes('compute-platform')) return `https://localhost:${addresses.apiPort}`;
  const host = running.routes.find(route => route.host !== '*')?.host;
  return host === undefined ? undefined : addresses.url(host);
}
