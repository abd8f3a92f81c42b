import { SlipwayError, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { CustomResourceDefinition } from '@slipway/kinds';
import { inParallel } from '../apply/survey.ts';
import type { ClusterComponent } from '../plan-cluster.ts';
import { objectsOf } from './find-losses.ts';

type Spec = CustomResourceDefinition['spec'];

const AT_ONCE = 8;

/**
 * Makes the cluster's CRDs ready for those of a component: objects that are stored in a version which these no longer have
 * are written anew in the one that they store, as Kubernetes asks for before a version goes (CustomResourceDefinition
 * versioning, "Upgrade existing objects to a new stored version"). Begun again it goes on.
 * @throws SlipwayError DefinitionStuck when no version is in both
 */
export async function fitDefinitions(client: Client, { steps }: ClusterComponent): Promise<void> {
  for (const { kind, metadata, spec } of steps.definitions) {
    if (kind !== CustomResourceDefinition.kind) continue;
    const live = await client.find(CustomResourceDefinition, { name: metadata.name ?? '' });
    if (live) await fitDefinition(client, live, spec as unknown as Spec);
  }
}

type Live = Stored<CustomResourceDefinition> & { status?: { storedVersions?: string[] } };

async function fitDefinition(client: Client, live: Live, wanted: Spec): Promise<void> {
  const { storedVersions = [] } = live.status ?? {};
  const kept = new Set(wanted.versions.map(({ name }) => name));
  if (storedVersions.every(version => kept.has(version))) return;
  const { name } = live.metadata;
  const target = wanted.versions.find(({ storage }) => storage)?.name ?? '';
  if (!live.spec.versions.some(version => version.name === target && version.served))
    throw new SlipwayError(
      'DefinitionStuck',
      `CustomResourceDefinition ${name}: objects are stored as ${storedVersions.join(', ')}, and neither it nor the new one has both that and ${target}; go by a release that has both`,
    );
  const versions = live.spec.versions.map(version => ({ ...version, storage: version.name === target }));
  await client.patch(CustomResourceDefinition, { name }, { type: 'merge', body: { spec: { versions } } });
  const kind = {
    group: live.spec.group,
    version: target,
    kind: live.spec.names.kind,
    plural: live.spec.names.plural,
    namespaced: live.spec.scope === 'Namespaced',
  };
  // The server writes an object that did not change when it is stored in another version.
  await inParallel(await objectsOf(client, live.spec, target), AT_ONCE, async object => {
    await client.update(kind, object);
  });
  const body = { status: { storedVersions: [target] } };
  await client.patch(CustomResourceDefinition, { name }, { type: 'merge', body }, { subresource: 'status' });
}
