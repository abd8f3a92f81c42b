import type { Client } from '@slipway/client';
import { listOrNone, removePackage } from '@slipway/definition';
import { Component, CustomResourceDefinition, Package, Platform } from '@slipway/kinds';
import { type Going, type GoingObject, goingText, whatGoes } from './going.ts';
import { type Removing, removeObjects } from './remove-objects.ts';

export interface DestroyOptions extends Removing {
  platform: string;
  /** Ids of its components in the order in which they came; those it lacks go first. */
  order: string[];
  /** What has to run while the tools' objects go: it lets go of what it holds. */
  beside?: { start(): Promise<void>; stop(): Promise<void> };
}

export interface Destroyed {
  /** How many objects went, those of namespaces that went as a whole not counted. */
  gone: number;
  /** What stays, because somebody marked it so, or for its sake. */
  kept: string[];
}

/**
 * Takes a platform from its cluster: packages, the tools' own objects while their controllers run, the tools in the
 * reverse of the order they came in, their CRDs and namespaces, and what says that there is a platform at last. It looks
 * at what is there, so it may be killed anywhere and begun again.
 * @throws SlipwayError DestroyHangs, DestroyFailed
 */
export async function destroyCluster(options: DestroyOptions): Promise<Destroyed> {
  const { client, platform, order, beside, say } = options;
  const running = await startBeside(client, beside);
  let gone = 0;
  const remove = async (what: string, objects: GoingObject[]) => {
    if (objects.length === 0) return;
    say?.(`${what}: ${objects.length}`);
    await removeObjects(objects, options);
    gone += objects.length;
  };
  try {
    await removePackages(client, say);
    const going = await whatGoes(client, platform, order);
    await remove('what follows the repository', going.followers);
    for (const [id, objects] of Map.groupBy(going.resources, ({ component }) => component))
      await remove(`objects of the kinds of ${id || 'the platform'}`, objects);
    for (const { id, objects } of going.components) await remove(id, objects);
    await remove('definitions of kinds, and namespaces', [...going.definitions, ...going.namespaces]);
  } finally {
    await running?.stop();
  }
  // Looked at anew: what ran beside may have made or unmade something.
  const rest = await whatGoes(client, platform, order);
  for (const objects of ownParts(rest)) await remove('the platform itself', objects);
  return { gone, kept: rest.kept.map(goingText).sort() };
}

async function startBeside(
  client: Client,
  beside: DestroyOptions['beside'],
): Promise<DestroyOptions['beside']> {
  const isServed = await client.discover('slipway.dev/v1alpha1', Component.kind);
  if (!beside || !isServed) return undefined;
  await beside.start();
  return beside;
}

/** What a package brought goes with it, data and all: nothing is to be left. */
async function removePackages(client: Client, say: Removing['say']): Promise<void> {
  const packages = await listOrNone(client, Package);
  for (const { metadata } of packages.toReversed()) {
    say?.(`package ${metadata.name}`);
    await removePackage(client, metadata.name ?? '', { deleteData: true });
  }
}

/** Components know what they made, so they go after all of it; the kinds themselves go last. */
function ownParts({ base, components, namespaces, definitions }: Going): GoingObject[][] {
  const isOf =
    (...kinds: string[]) =>
    (object: GoingObject) =>
      kinds.includes(object.kind.kind);
  const isLate = isOf(Component.kind, Platform.kind, CustomResourceDefinition.kind);
  const left = [...components.flatMap(({ objects }) => objects), ...definitions, ...namespaces];
  return [
    left,
    base.filter(object => !isLate(object)),
    base.filter(isOf(Component.kind)),
    base.filter(isOf(Platform.kind)),
    base.filter(isOf(CustomResourceDefinition.kind)),
  ];
}
