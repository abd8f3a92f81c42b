import { type MapEntry, mapOf } from '@slipway/definition';
import { Component } from '@slipway/kinds';
import { catalogue } from '@slipway/platform';
import { connect, type Target } from './connection.ts';

/** What a running platform chose for a capability, and how its last probe went. */
export interface Chosen {
  technology: string;
  engine: string;
  version: string;
  healthy: boolean | undefined;
  probe: string;
  /** When it was asked last. */
  time: string;
  address: string;
}

export interface LiveEntry extends MapEntry {
  chosen: Chosen[];
}

/** The capability map; with what is chosen where a platform runs, without where none does. */
export async function liveMap(target: Target): Promise<{ running: boolean; entries: LiveEntry[] }> {
  const components = await connect(target).then(
    async ({ client }) => (await client.list(Component)).items,
    () => undefined,
  );
  const entries = mapOf(catalogue()).map(entry => ({
    ...entry,
    chosen: (components ?? [])
      .filter(({ spec }) => spec.capabilities.includes(entry.id))
      .map(component => chosenOf(component, entry.id)),
  }));
  return { running: components !== undefined, entries };
}

function chosenOf({ spec, status }: Component, capability: string): Chosen {
  const probe = status?.probes?.find(each => each.capability === capability);
  return {
    technology: spec.technology,
    engine: spec.engine,
    version: status?.version ?? 'unknown',
    healthy: probe?.healthy,
    probe: probe?.message ?? 'not asked yet',
    time: probe?.time ?? '',
    address: status?.address ?? '',
  };
}

/** `ok`, `not ready`, or unknown where nobody asked. */
export function healthWord({ healthy }: Chosen): string {
  if (healthy === undefined) return 'unknown';
  return healthy ? 'Healthy' : 'Degraded';
}
