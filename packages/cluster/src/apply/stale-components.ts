import type { Client } from '@slipway/client';
import { listOrNone } from '@slipway/definition';
import { Component } from '@slipway/kinds';
import type { ClusterComponent } from '../plan-cluster.ts';

/** Components on the cluster that an earlier definition brought and these are not among. */
export async function staleComponents(client: Client, components: ClusterComponent[]): Promise<Component[]> {
  const kept = new Set(components.map(({ id }) => id));
  const present = (await listOrNone(client, Component)) as unknown as Component[];
  return present.filter(({ metadata, spec }) => !kept.has(metadata.name ?? '') && spec.engine !== 'embedded');
}
