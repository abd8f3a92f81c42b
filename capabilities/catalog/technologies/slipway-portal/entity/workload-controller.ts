import type { Key, Stored } from '@slipway/api';
import { Entity, Workload } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import { REFERENCE } from './names.ts';
import { REPOSITORY_LABEL } from './repository-controller.ts';

const WORKLOAD_LABEL = 'slipway.dev/workload';

/** A service without a catalog file is in the catalog all the same: as a Component of its team. */
export const workloadController: Controller = controller<Workload>({
  name: 'catalog-workloads',
  kind: Workload,
  watches: [watching<Entity>({ kind: Entity, keysOf: workloadOf })],
  reconcile: reconcileWorkload,
  removed: async (key, { client, cache }) => {
    const present = cache(Entity).get(entityKey(key));
    if (present && isOurs(present)) await client.delete(Entity, entityKey(key));
  },
});

function workloadOf(entity: Stored<Entity>): Key[] {
  const [kind, ...rest] = entity.metadata.name.split('.');
  return kind === 'component' ? [{ namespace: entity.metadata.namespace ?? '', name: rest.join('.') }] : [];
}

function entityKey({ namespace = '', name }: Key): { namespace: string; name: string } {
  return { namespace, name: `component.${name}` };
}

function isOurs({ metadata }: Entity): boolean {
  return metadata.labels?.[REPOSITORY_LABEL] === undefined && metadata.labels?.[WORKLOAD_LABEL] !== undefined;
}

async function reconcileWorkload(workload: Stored<Workload>, { client, cache }: Context): Promise<Outcome> {
  if (workload.metadata.deletionTimestamp) return done;
  const { name, namespace = '' } = workload.metadata;
  const key = entityKey({ namespace, name });
  const present = cache(Entity).get(key);
  if (present && !isOurs(present)) return done;
  const team = namespace.replace(/^team-/, '');
  const { description } = workload.spec;
  const entity: Entity = {
    apiVersion: 'catalog.slipway.dev/v1alpha1',
    kind: 'Entity',
    metadata: {
      ...key,
      labels: { [WORKLOAD_LABEL]: name },
      annotations: { [REFERENCE]: `component:default/${name}` },
    },
    spec: {
      location: `workload:${namespace}/${name}`,
      entity: {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: {
          name,
          namespace: 'default',
          ...(description ? { description } : {}),
          annotations: { 'slipway.dev/workload': `${namespace}/${name}` },
        },
        spec: { type: 'service', lifecycle: 'production', owner: `group:default/${team}` },
      },
    },
  };
  if (present && JSON.stringify(present.spec) === JSON.stringify(entity.spec)) return done;
  await client.apply(Entity, entity, { fieldManager: 'slipway-portal', force: true });
  return done;
}
