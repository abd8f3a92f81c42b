import { createHash } from 'node:crypto';
import type { Client } from '@slipway/client';
import {
  applyObjects,
  FIELD_MANAGER,
  mapObjects,
  PLAN_DIGEST,
  plan,
  prune,
  recordRevision,
  type Selection,
  staleObjects,
} from '@slipway/definition';
import { CustomResourceDefinition, Platform } from '@slipway/kinds';
import { LOCAL_ADMIN } from './credentials.ts';
import { OWN_KINDS } from './own-kinds.ts';
import { catalogue } from './technologies.ts';

/** Makes the API hold what the definition says, and keeps the definition as a revision. */
export async function applyPlan(client: Client, selection: Selection): Promise<void> {
  await applyChanges(client, selection);
  const by = { actor: LOCAL_ADMIN.username, cause: 'slipway up' };
  await recordRevision(client, selection.document, by);
}

/**
 * Makes the API serve every kind of the platform and hold the plan's objects, and no longer those of an earlier plan.
 * A start with the same plan as the last one finds its digest and writes nothing.
 */
async function applyChanges(client: Client, selection: Selection): Promise<void> {
  const { components, objects: planned } = plan(selection);
  const objects = [...planned, ...mapObjects(catalogue())];
  const brought = await Promise.all(components.map(({ technology }) => technology.kinds?.() ?? []));
  const definitions = distinct([...OWN_KINDS, ...(brought.flat() as CustomResourceDefinition[])]);
  const digest = createHash('sha256')
    .update(JSON.stringify([definitions, objects]))
    .digest('hex');
  const before = await client.find(Platform, { name: selection.name }).catch(() => undefined);
  if (before?.metadata.annotations?.[PLAN_DIGEST] === digest) return;
  await Promise.all(definitions.map(definition => serve(client, definition)));
  await applyObjects(client, objects);
  await prune(client, await staleObjects(client, { objects }));
  // Written last: a start that is killed before it does everything again. Its own manager, for no definition has it.
  const mark = {
    apiVersion: `${Platform.group}/${Platform.version}`,
    kind: Platform.kind,
    metadata: { name: selection.name, annotations: { [PLAN_DIGEST]: digest } },
  };
  await client.apply(Platform, mark as never, { fieldManager: `${FIELD_MANAGER}-plan`, force: true });
}

function distinct(definitions: CustomResourceDefinition[]): CustomResourceDefinition[] {
  return [...new Map(definitions.map(definition => [definition.metadata.name, definition])).values()];
}

async function serve(client: Client, definition: CustomResourceDefinition): Promise<void> {
  await client.apply(CustomResourceDefinition, definition, { fieldManager: FIELD_MANAGER, force: true });
}
