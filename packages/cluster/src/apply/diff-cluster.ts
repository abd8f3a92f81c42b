import { type AnyObject, keyOf, keyText } from '@slipway/api';
import type { Client } from '@slipway/client';
import { diffObject, identityOf, listOrNone, type ObjectDifference } from '@slipway/definition';
import { Component } from '@slipway/kinds';
import { type ClusterComponent, type ClusterPlan, plannedObjects } from '../plan-cluster.ts';
import { isAsApplied, type Known } from './apply-objects.ts';
import { marksOf, objectOf, surplus } from './inventory.ts';
import { staleComponents } from './stale-components.ts';
import { inParallel, survey } from './survey.ts';

/** An object that an apply would change, and whose it is. */
export interface ClusterChange extends ObjectDifference {
  component: string;
}

export interface ClusterDifference {
  changes: ClusterChange[];
  /** Components that the definition no longer has. */
  gone: string[];
}

const AT_ONCE = 8;

/**
 * What applying a plan would change, by the server's own dry run. An object whose kind or namespace only the plan brings
 * is new. Changes nothing.
 */
export async function diffCluster(client: Client, plan: ClusterPlan): Promise<ClusterDifference> {
  const all = plan.components.flatMap(plannedObjects);
  const present = await survey(client, plan.platform, all);
  const live = (await listOrNone(client, Component)) as unknown as Component[];
  const changes: ClusterChange[] = [];
  for (const component of plan.components) {
    const inventory = live.find(({ metadata }) => metadata.name === component.id)?.status?.inventory ?? [];
    const found = await changesOf(client, component, { survey: present, marks: marksOf(inventory) });
    const wanted = plannedObjects(component);
    const gone = surplus(inventory, wanted).map(entry => differenceOf(objectOf(entry), 'gone'));
    changes.push(...[...found, ...gone].map(each => ({ ...each, component: component.id })));
  }
  const stale = await staleComponents(client, plan.components);
  return { changes, gone: stale.map(({ metadata }) => metadata.name ?? '') };
}

async function changesOf(
  client: Client,
  component: ClusterComponent,
  known: Known,
): Promise<ObjectDifference[]> {
  const objects = plannedObjects(component).filter(object => !isAsApplied(object, known));
  const found = new Map<AnyObject, ObjectDifference>();
  await inParallel(objects, AT_ONCE, async object => {
    const difference = known.survey.has(identityOf(object))
      ? await diffObject(client, object)
      : differenceOf(object, 'new');
    if (difference) found.set(object, difference);
  });
  return objects.flatMap(object => found.get(object) ?? []);
}

function differenceOf(object: AnyObject, result: 'new' | 'gone'): ObjectDifference {
  return { kind: object.kind, name: keyText(keyOf(object)), result, fields: [], object };
}
