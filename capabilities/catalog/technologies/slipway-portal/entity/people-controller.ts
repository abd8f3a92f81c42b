import { hasReason, type Key, type Stored } from '@slipway/api';
import { type BackstageEntity, Entity, Team, User } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  type Outcome,
  retryAfter,
  watching,
} from '@slipway/runtime';
import { REFERENCE } from './names.ts';

/** Label on what was made of a Team or a User: nobody else's entity is changed. */
const PEOPLE_LABEL = 'catalog.slipway.dev/people';
/** People belong to no team's namespace. */
const PEOPLE_NAMESPACE = 'slipway-system';
const RETRY_MS = 1_000;

/** Teams stand in the catalog as groups, so that what they own leads to them. */
export const teamController: Controller = controller<Team>({
  name: 'catalog-teams',
  kind: Team,
  watches: [watching<Entity>({ kind: Entity, keysOf: () => [] })],
  reconcile: (team, context) => keep(context, teamKey(team.metadata.name), groupOf(team)),
  removed: (key, context) => remove(context, teamKey(key.name)),
});

/** People stand in the catalog by the name they sign in with, so that groups can name them. */
export const userController: Controller = controller<User>({
  name: 'catalog-users',
  kind: User,
  watches: [watching<Entity>({ kind: Entity, keysOf: () => [] })],
  reconcile: (user, context) => keep(context, userKey(user.metadata.name), userOf(user)),
  removed: (key, context) => remove(context, userKey(key.name)),
});

function teamKey(name: string): Required<Key> {
  return { namespace: `team-${name}`, name: `group.${name}` };
}

function userKey(name: string): Required<Key> {
  return { namespace: PEOPLE_NAMESPACE, name: `user.${name}` };
}

function groupOf({ metadata, spec }: Stored<Team>): BackstageEntity {
  const members = (spec.members ?? []).flatMap(member => /^user:(.+)$/.exec(member)?.[1] ?? []);
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name: metadata.name, namespace: 'default' },
    spec: { type: 'team', children: [], members },
  };
}

function userOf({ metadata, spec }: Stored<User>): BackstageEntity {
  const { displayName } = spec;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name: metadata.name, namespace: 'default' },
    spec: { memberOf: [], ...(displayName ? { profile: { displayName } } : {}) },
  };
}

async function keep(
  { client, cache }: Context,
  key: Required<Key>,
  entity: BackstageEntity,
): Promise<Outcome> {
  const present = cache(Entity).get(key);
  if (present && !isOurs(present)) return done;
  const spec = { entity, location: `people:${key.name}` };
  if (present && JSON.stringify(present.spec) === JSON.stringify(spec)) return done;
  const [kind, ...name] = key.name.split('.');
  const object: Entity = {
    apiVersion: 'catalog.slipway.dev/v1alpha1',
    kind: 'Entity',
    metadata: {
      ...key,
      labels: { [PEOPLE_LABEL]: kind ?? '' },
      annotations: { [REFERENCE]: `${kind}:default/${name.join('.')}` },
    },
    spec,
  };
  try {
    await client.apply(Entity, object, { fieldManager: 'slipway-portal', force: true });
    return done;
  } catch (error) {
    // A team's namespace comes a moment after the team.
    if (!hasReason(error, 'NotFound')) throw error;
    return retryAfter(RETRY_MS, 'NamespaceMissing', `${key.namespace} is not there yet`);
  }
}

async function remove({ client, cache }: Context, key: Required<Key>): Promise<void> {
  const present = cache(Entity).get(key);
  if (!present || !isOurs(present)) return;
  await client.delete(Entity, key).catch(error => {
    // The namespace went with the team, and this with the namespace.
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

function isOurs({ metadata }: Entity): boolean {
  return metadata.labels?.[PEOPLE_LABEL] !== undefined;
}
