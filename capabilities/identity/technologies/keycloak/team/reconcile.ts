import { hasReason, keyOf, type Stored } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { Environment, Namespace, Role, RoleBinding, Team } from '@slipway/kinds';
import { type Context, done, type Outcome, terminal, waitingFor } from '@slipway/runtime';
import { MANAGER } from '../rights/apply.ts';
import { planTeam, TEAM_LABEL, type TeamPlan } from './plan.ts';

/** Makes a team's namespaces and role bindings, and takes away what it no longer has. */
export async function reconcileTeam(
  team: Stored<Team>,
  context: Context,
  { environments }: { environments: string[] },
): Promise<Outcome> {
  if (team.metadata.deletionTimestamp) return done;
  const plan = planTeam(team, environmentsOf(context, environments));
  if ('reason' in plan) return terminal(plan.reason, plan.message);
  const taken = await takeNamespaces(team, plan, context);
  if (taken) return waitingFor('NamespaceTaken', taken);
  await applyRights(plan, context);
  await removeOthers(team, plan, context);
  await updateStatus(context.client, Team, keyOf(team), draft => {
    draft.status = { ...draft.status, namespaces: plan.namespaces.map(namespace => namespace.name) };
  });
  return done;
}

/** Of the definition, and those that somebody has made since. */
function environmentsOf(context: Context, defined: string[]): string[] {
  const made = context
    .cache(Environment)
    .list()
    .toSorted((a, b) => a.spec.order - b.spec.order)
    .map(environment => environment.metadata.name);
  return [...new Set([...defined, ...made])];
}

/** Makes namespaces that are missing; answers what is wrong with one that is somebody else's. */
async function takeNamespaces(
  team: Stored<Team>,
  plan: TeamPlan,
  { client, cache }: Context,
): Promise<string | undefined> {
  for (const { name, labels } of plan.namespaces) {
    const present = cache(Namespace).get({ name }) ?? (await create(client, name, labels));
    const owner = present?.metadata.labels?.[TEAM_LABEL];
    if (owner !== team.metadata.name) {
      const whose = owner === undefined ? 'exists and belongs to no team' : `belongs to team "${owner}"`;
      return `namespace "${name}" ${whose}; rename this team, or label the namespace ${TEAM_LABEL}=${team.metadata.name} if it is meant`;
    }
    const isSame = Object.entries(labels).every(([key, value]) => present?.metadata.labels?.[key] === value);
    if (!isSame) await client.patch(Namespace, { name }, { type: 'merge', body: { metadata: { labels } } });
  }
  return undefined;
}

async function create(
  client: Context['client'],
  name: string,
  labels: Record<string, string>,
): Promise<Stored<Namespace> | undefined> {
  try {
    return await client.create(Namespace, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
    return client.find(Namespace, { name });
  }
}

async function applyRights(plan: TeamPlan, { client }: Context): Promise<void> {
  const options = { fieldManager: MANAGER, force: true };
  for (const role of plan.roles) await client.apply(Role, role, options);
  for (const binding of plan.bindings) await client.apply(RoleBinding, binding, options);
}

/** A right that is gone from the plan is gone from the cluster. */
async function removeOthers(team: Stored<Team>, plan: TeamPlan, { client, cache }: Context): Promise<void> {
  const kept = new Set(
    plan.bindings.map(binding => `${binding.metadata.namespace}/${binding.metadata.name}`),
  );
  for (const { metadata } of cache(RoleBinding).ownedBy(team.metadata.uid)) {
    const { namespace = '', name } = metadata;
    if (kept.has(`${namespace}/${name}`)) continue;
    await client.delete(RoleBinding, { namespace, name }).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  }
}
