import type { Condition } from '@slipway/api';
import { Component } from '@slipway/kinds';
import { withCondition } from '@slipway/runtime';
import type { ClusterComponent } from '../plan-cluster.ts';
import type { ApplyContext, Until } from './apply-component.ts';
import { writeComponentStatus } from './inventory.ts';

/** Why an apply ended at a component. */
export interface ComponentFailure {
  message: string;
  code: string;
}

/** In the order in which they are reached. */
const TYPES = ['Synced', 'Healthy', 'Probed'];
const REACHED: Record<Until, number> = { synced: 1, healthy: 2, probed: 3 };
const FAILED_AT: Record<string, number> = { NotReady: 1, NotProbed: 2 };

/** Says in a component's conditions how far an apply got with it, and what it ended at. */
export async function tellConditions(
  { client, clock, until }: Pick<ApplyContext, 'client' | 'clock' | 'until'>,
  component: ClusterComponent,
  failure?: ComponentFailure,
): Promise<void> {
  const { id } = component;
  const present = (await client.get(Component, { name: id })).status?.conditions ?? [];
  const wanted = TYPES.map((type, index) => ({ type, ...stateOf(component, { index, until, failure }) }));
  const now = clock.now();
  const conditions = wanted.reduce((all, each) => withCondition(all, each, now) ?? all, present);
  if (conditions !== present) await writeComponentStatus(client, id, { conditions });
}

function stateOf(
  { probes }: ClusterComponent,
  { index, until, failure }: { index: number; until: Until; failure: ComponentFailure | undefined },
): Pick<Condition, 'status' | 'reason' | 'message'> {
  const failedAt = failure && (FAILED_AT[failure.code] ?? 0);
  if (failure && index === failedAt)
    return { status: 'False', reason: failure.code, message: failure.message };
  const message = TYPES[index] === 'Probed' && probes.length === 0 ? 'it has no address of its own' : '';
  if (index < (failedAt ?? REACHED[until])) return { status: 'True', reason: 'AsDefined', message };
  return { status: 'Unknown', reason: 'NotAsked', message };
}
