import { keyOf, matchesLabels, requirementsOf, type Stored } from '@slipway/api';
import { ClusterRole, type PolicyRule } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import { canonical } from '../workload/hash.ts';

/** Writes into an aggregated ClusterRole the rules of those it selects, for people to read and for other servers. */
export const clusterRoleController: Controller = controller<ClusterRole>({
  name: 'clusterrole-aggregation-controller',
  kind: ClusterRole,
  watches: [
    watching<ClusterRole>({
      kind: ClusterRole,
      keysOf: (_role, { cache }) =>
        cache(ClusterRole)
          .list()
          .filter(role => role.aggregationRule)
          .map(keyOf),
    }),
  ],
  reconcile: reconcileClusterRole,
});

async function reconcileClusterRole(role: Stored<ClusterRole>, { client, cache }: Context): Promise<Outcome> {
  if (!role.aggregationRule) return done;
  const rules = aggregate(role, cache(ClusterRole).list());
  if (canonical(rules) === canonical(role.rules ?? [])) return done;
  await client.update<ClusterRole>(ClusterRole, { ...role, rules });
  return done;
}

/** In the order of names, each rule once. */
export function aggregate(role: ClusterRole, all: ClusterRole[]): PolicyRule[] {
  const selectors = (role.aggregationRule?.clusterRoleSelectors ?? []).map(requirementsOf);
  const selected = all
    .filter(other => other.metadata.name !== role.metadata.name)
    .filter(other => selectors.some(selector => matchesLabels(selector, other.metadata.labels)))
    .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const rules = new Map<string, PolicyRule>();
  for (const rule of selected.flatMap(other => other.rules ?? [])) rules.set(canonical(rule), rule);
  return [...rules.values()];
}
