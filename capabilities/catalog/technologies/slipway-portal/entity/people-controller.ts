import type { Stored } from '@slipway/api';
import { type BackstageEntity, Entity, Team, User } from '@slipway/kinds';
import { type Controller, controller, watching } from '@slipway/runtime';
import { type DerivedEntity, keepDerived, removeDerived } from './derived-entity.ts';

const PEOPLE_LABEL = 'catalog.slipway.dev/people';
/** People belong to no team's namespace. */
const PEOPLE_NAMESPACE = 'slipway-system';

/** Teams stand in the catalog as groups, so that what they own leads to them. */
export const teamController: Controller = controller<Team>({
  name: 'catalog-teams',
  kind: Team,
  watches: [watching<Entity>({ kind: Entity, keysOf: () => [] })],
  reconcile: (team, context) => keepDerived(context, derived(groupOf(team), `team-${team.metadata.name}`)),
  removed: ({ name }, context) =>
    removeDerived(context, { namespace: `team-${name}`, name: `group.${name}` }, PEOPLE_LABEL),
});

/** People stand in the catalog by the name they sign in with, so that groups can name them. */
export const userController: Controller = controller<User>({
  name: 'catalog-users',
  kind: User,
  watches: [watching<Entity>({ kind: Entity, keysOf: () => [] })],
  reconcile: (user, context) => keepDerived(context, derived(userOf(user), PEOPLE_NAMESPACE)),
  removed: ({ name }, context) =>
    removeDerived(context, { namespace: PEOPLE_NAMESPACE, name: `user.${name}` }, PEOPLE_LABEL),
});

function derived(entity: BackstageEntity, namespace: string): DerivedEntity {
  return { entity, namespace, label: PEOPLE_LABEL, value: entity.kind.toLowerCase(), from: 'people' };
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
