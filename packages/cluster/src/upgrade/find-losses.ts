import { type AnyObject, hasReason, type Kind, keyOf, keyText, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Component, CustomResourceDefinition } from '@slipway/kinds';
import { objectOf, surplus } from '../apply/inventory.ts';
import { type ClusterComponent, plannedObjects } from '../plan-cluster.ts';
import { definitionLosses, pathText, usesField } from './definition-losses.ts';

/** What of a kind goes away, and who has it on the cluster. */
export interface Loss {
  /** `applications.argoproj.io` */
  definition: string;
  /** `version v1beta1`, `field spec.size of v1`, `the kind itself`. */
  what: string;
  /** Objects that have it, or were written in that version last. */
  users: string[];
}

type Spec = CustomResourceDefinition['spec'];

/** Kinds, versions and fields that a component's CRDs no longer have, with the cluster's objects that have them. */
export async function findLosses(client: Client, component: ClusterComponent): Promise<Loss[]> {
  const losses: Loss[] = [];
  for (const { metadata, spec } of component.steps.definitions.filter(isDefinition)) {
    const live = await client.find(CustomResourceDefinition, { name: metadata.name ?? '' });
    if (live) losses.push(...(await lossesOf(client, live, spec as unknown as Spec)));
  }
  const { status } = (await findComponent(client, component.id)) ?? {};
  const wanted = plannedObjects(component);
  for (const entry of surplus(status?.inventory ?? [], wanted).filter(each => isDefinition(objectOf(each)))) {
    const live = await client.find(CustomResourceDefinition, { name: entry.name });
    if (!live) continue;
    const users = (await objectsOf(client, live.spec)).map(nameOf);
    losses.push({ definition: entry.name, what: 'the kind itself', users });
  }
  return losses;
}

function isDefinition({ kind }: AnyObject): boolean {
  return kind === CustomResourceDefinition.kind;
}

/** Undefined on a cluster that has no platform yet. */
async function findComponent(client: Client, name: string): Promise<Component | undefined> {
  return await client.find(Component, { name });
}

async function lossesOf(
  client: Client,
  live: Stored<CustomResourceDefinition>,
  after: Spec,
): Promise<Loss[]> {
  const { versions, fields } = definitionLosses(live.spec, after);
  if (versions.length + fields.length === 0) return [];
  const definition = live.metadata.name;
  const objects = await objectsOf(client, live.spec);
  const ofVersions = versions.map(version => ({
    definition,
    what: `version ${version}`,
    users: objects.filter(each => isWrittenIn(each, `${live.spec.group}/${version}`)).map(nameOf),
  }));
  const ofFields = [];
  for (const [version, own] of Map.groupBy(fields, each => each.version)) {
    const inVersion = await objectsOf(client, live.spec, version);
    ofFields.push(
      ...own.map(({ path }) => ({
        definition,
        what: `field ${pathText(path)} of ${version}`,
        users: inVersion.filter(each => usesField(each, path)).map(nameOf),
      })),
    );
  }
  return [...ofVersions, ...ofFields];
}

/** Somebody's file still says this version: who writes it again will be refused. */
function isWrittenIn({ metadata }: AnyObject, apiVersion: string): boolean {
  return metadata.managedFields?.some(each => each.apiVersion === apiVersion) ?? false;
}

/** Objects of a kind, in a version that is served. */
export async function objectsOf(client: Client, spec: Spec, wanted?: string): Promise<AnyObject[]> {
  const kind = kindOf(spec, wanted);
  if (!kind) return [];
  try {
    return (await client.list(kind)).items as AnyObject[];
  } catch (error) {
    if (hasReason(error, 'NotFound', 'MethodNotAllowed')) return [];
    throw error;
  }
}

/** The kind that a CRD serves, in a version or the one that is stored; undefined when it serves none. */
export function kindOf({ group, names, scope, versions }: Spec, wanted?: string): Kind | undefined {
  const served = versions.filter(version => version.served);
  const found = wanted
    ? served.find(({ name }) => name === wanted)
    : (served.find(each => each.storage) ?? served[0]);
  return (
    found && {
      group,
      version: found.name,
      kind: names.kind,
      plural: names.plural,
      namespaced: scope === 'Namespaced',
    }
  );
}

function nameOf(object: AnyObject): string {
  return keyText(keyOf(object));
}

/** `widgets.example.org: version v1beta1 goes away; 2 have it: a/b, c/d`. */
export function lossText({ definition, what, users }: Loss): string {
  const who =
    users.length === 0
      ? 'nothing has it'
      : `${users.length} have it: ${users.slice(0, 5).join(', ')}${users.length > 5 ? ', …' : ''}`;
  return `${definition}: ${what} goes away; ${who}`;
}
