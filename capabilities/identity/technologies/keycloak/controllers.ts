import type { Settings } from '@slipway/definition';
import { Environment, Group, Namespace, RoleBinding, Team, Token, User } from '@slipway/kinds';
import { type Controller, controller, done, watching } from '@slipway/runtime';
import type { Issuer } from '../../oidc-client/issuer.ts';
import { oidcClients } from '../../oidc-client/reconcile.ts';
import { TEAM_LABEL } from './team/plan.ts';
import { reconcileTeam } from './team/reconcile.ts';
import { reconcileToken } from './token/reconcile.ts';
import { type People, reconcileUser } from './user/reconcile.ts';

/** Teams' namespaces and rights. */
export function teamController({ environments }: Pick<Settings, 'environments'>): Controller {
  return controller({
    name: 'team',
    kind: Team,
    condition: 'Ready',
    watches: [
      watching({ kind: Environment, keysOf: (_environment, { cache }) => cache(Team).list().map(nameOf) }),
      watching({ kind: Namespace, keysOf: namespace => teamsOf(namespace.metadata) }),
      watching({ kind: RoleBinding, keysOf: binding => teamsOf(binding.metadata) }),
    ],
    reconcile: (team, context) => reconcileTeam(team, context, { environments }),
  });
}

/** Everything this engine reconciles. */
export function controllersOf(
  { environments }: Pick<Settings, 'environments'>,
  people: People,
  issuer: Issuer,
): Controller[] {
  return [
    teamController({ environments }),
    oidcClients(issuer),
    controller({
      name: 'user',
      kind: User,
      condition: 'Ready',
      reconcile: user => reconcileUser(user, people),
    }),
    controller({ name: 'group', kind: Group, condition: 'Ready', reconcile: async () => done }),
    controller({
      name: 'token',
      kind: Token,
      condition: 'Ready',
      watches: [
        watching({
          kind: User,
          keysOf: (user, { cache }) =>
            cache(Token)
              .list()
              .filter(token => token.spec.user === user.metadata.name)
              .map(nameOf),
        }),
      ],
      reconcile: reconcileToken,
    }),
  ];
}

function nameOf({ metadata }: { metadata: { name: string } }): { name: string } {
  return { name: metadata.name };
}

function teamsOf({ labels, name }: { labels?: Record<string, string>; name: string }): { name: string }[] {
  const owner = labels?.[TEAM_LABEL];
  // A namespace that lost its label may still be one of ours: `team-<team>` says whose.
  return [
    ...(owner ? [{ name: owner }] : []),
    ...(name.startsWith('team-') ? [{ name: name.slice(5) }] : []),
  ];
}
