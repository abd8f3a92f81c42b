import { type AnyObject, type Kind, type KubeObject, keyOf, keyText } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Component, type PolicyRule, SelfSubjectRulesReview } from '@slipway/kinds';
import { inParallel } from '../apply/survey.ts';
import type { ClusterPlan } from '../plan-cluster.ts';
import { type Around, objectsOf } from './look-around.ts';
import type { Obstacle } from './obstacle.ts';
import { covers, kindFromDefinitions, type Right, rightsOf, rightText, ruleText } from './rights.ts';

interface SelfSubjectAccessReview extends KubeObject {
  spec: { resourceAttributes: Record<string, string> };
  status?: { allowed: boolean };
}
const SelfSubjectAccessReview: Kind<SelfSubjectAccessReview> = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
};
const RBAC = 'rbac.authorization.k8s.io';
const AT_ONCE = 16;

/** Every right that the plan takes and the asker lacks, all of them in one. */
export async function permissionObstacles(
  plan: ClusterPlan,
  { kinds }: Pick<Around, 'kinds'>,
  client: Client,
): Promise<Obstacle[]> {
  const all: Right = { verb: '*', group: '*', resource: '*' };
  if (await isAllowed(client, all)) return [];
  const objects = objectsOf(plan);
  const fromPlan = kindFromDefinitions(objects);
  const kindOf = (object: AnyObject) => kinds.get(`${object.apiVersion} ${object.kind}`) ?? fromPlan(object);
  const wanted = [...rightsOf(objects, kindOf), STATUS];
  const missing = await missingRights(client, wanted);
  const above = await escalations(client, objects);
  if (missing.length + above.length === 0) return [];
  return [...forRights(missing), ...above];
}

/** Inventories stand in the status. */
const STATUS: Right = {
  verb: 'patch',
  group: Component.group,
  resource: Component.plural,
  subresource: 'status',
};

async function isAllowed(client: Client, right: Right): Promise<boolean> {
  const review = await client.create(SelfSubjectAccessReview, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    metadata: {},
    spec: { resourceAttributes: { ...right } },
  });
  return review.status?.allowed === true;
}

/** Asked of whole kinds first: whoever may do it everywhere is not asked about each namespace. */
async function missingRights(client: Client, wanted: Right[]): Promise<Right[]> {
  const everywhere = ({ namespace: _, ...right }: Right) => right;
  const allowed = new Map<string, boolean>();
  const ask = (rights: Right[]) =>
    inParallel(
      [...new Map(rights.map(right => [rightText(right), right])).values()],
      AT_ONCE,
      async right => {
        allowed.set(rightText(right), await isAllowed(client, right));
      },
    );
  const wholeKinds = wanted.map(right => ({ ...everywhere(right), verb: '*' }));
  await ask(wholeKinds);
  const isWhole = (right: Right) => allowed.get(rightText({ ...everywhere(right), verb: '*' })) === true;
  const open = wanted.filter(right => !isWhole(right));
  await ask(open.map(everywhere));
  const inSpaces = open.filter(right => !allowed.get(rightText(everywhere(right))));
  await ask(inSpaces);
  return inSpaces.filter(right => !allowed.get(rightText(right)));
}

/** One line for each resource: its verbs, and where. */
function forRights(missing: Right[]): Obstacle[] {
  const resourceOf = ({ group, resource, subresource }: Right) =>
    `${resource}${subresource ? `/${subresource}` : ''}${group ? `.${group}` : ''}`;
  return [...Map.groupBy(missing, resourceOf)].map(([resource, rights]) => {
    const verbs = [...new Set(rights.map(({ verb }) => verb))];
    const spaces = [...new Set(rights.map(({ namespace }) => namespace ?? ''))].filter(Boolean).sort();
    const flags = spaces.length === 0 ? '' : ` -n ${spaces[0]}`;
    return {
      check: 'permission',
      what: `you may not ${verbs.join(', ')} ${resource}`,
      where: spaces.length > 0 ? `in ${spaces.join(', ')}` : 'in the whole cluster',
      advice: `ask an administrator for it (kubectl auth can-i ${verbs[0]} ${resource}${flags})`,
    };
  });
}

type Roles = { object: AnyObject; rules: PolicyRule[] }[];

/** The API server lets nobody hand out rights that they lack, unless they may `escalate` or `bind`. */
async function escalations(client: Client, objects: AnyObject[]): Promise<Obstacle[]> {
  const [escalate, escalateSpaced, bind, bindSpaced] = await Promise.all([
    isAllowed(client, { verb: 'escalate', group: RBAC, resource: 'clusterroles' }),
    isAllowed(client, { verb: 'escalate', group: RBAC, resource: 'roles' }),
    isAllowed(client, { verb: 'bind', group: RBAC, resource: 'clusterroles' }),
    isAllowed(client, { verb: 'bind', group: RBAC, resource: 'roles' }),
  ]);
  const own = ownRules(client);
  const rolesOf = (kind: string): Roles =>
    objects
      .filter(object => object.kind === kind)
      .map(object => ({ object, rules: (object.rules as PolicyRule[] | undefined) ?? [] }));
  const bound = boundRoles(objects);
  const found = await Promise.all([
    escalate ? [] : above(rolesOf('ClusterRole'), 'escalate', own),
    escalateSpaced ? [] : above(rolesOf('Role'), 'escalate', own),
    bind ? [] : above(bound.filter(isOfCluster), 'bind', own),
    bindSpaced
      ? []
      : above(
          bound.filter(each => !isOfCluster(each)),
          'bind',
          own,
        ),
  ]);
  return found.flat();
}

/** Bindings with the rules of the roles they name, as far as the plan has these. */
function boundRoles(objects: AnyObject[]): Roles {
  const isRole = ({ kind }: AnyObject) => kind === 'ClusterRole' || kind === 'Role';
  const idOf = (kind: string, name: string, namespace = '') =>
    `${kind} ${kind === 'Role' ? namespace : ''}/${name}`;
  const rules = new Map(
    objects
      .filter(isRole)
      .map(({ kind, metadata, rules: own }) => [
        idOf(kind, metadata.name ?? '', metadata.namespace),
        (own as PolicyRule[] | undefined) ?? [],
      ]),
  );
  return objects
    .filter(({ kind }) => kind === 'ClusterRoleBinding' || kind === 'RoleBinding')
    .map(object => {
      const { kind, name } = object.roleRef as { kind: string; name: string };
      return { object, rules: rules.get(idOf(kind, name, object.metadata.namespace)) ?? EVERYTHING };
    });
}

/** A role that the plan does not bring may hold anything. */
const EVERYTHING: PolicyRule[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];

function isOfCluster({ object }: Roles[number]): boolean {
  return (object.roleRef as { kind: string }).kind === 'ClusterRole';
}

async function above(
  roles: Roles,
  verb: 'escalate' | 'bind',
  own: (namespace: string) => Promise<PolicyRule[]>,
): Promise<Obstacle[]> {
  const found: { name: string; lacks: PolicyRule[] }[] = [];
  for (const { object, rules } of roles) {
    const held = await own(object.metadata.namespace ?? NOWHERE);
    const lacks = rules.filter(rule => !covers(held, rule));
    if (lacks.length > 0) found.push({ name: `${object.kind} ${keyText(keyOf(object))}`, lacks });
  }
  const [first] = found;
  const [lack] = first?.lacks ?? [];
  if (!first || !lack) return [];
  const rest = found.length - 1;
  return [
    {
      check: 'permission',
      what: `you may not ${verb} roles, and ${found.length === 1 ? 'one gives' : `${found.length} give`} rights that you lack`,
      where: `${first.name}: ${ruleText(lack)}${
        rest > 0
          ? `; and ${rest} more: ${found
              .slice(1, 6)
              .map(({ name }) => name)
              .join(', ')}`
          : ''
      }`,
      advice: `ask an administrator for the verb ${verb} on clusterroles and roles of ${RBAC}, or for the rights themselves`,
    },
  ];
}

interface Rules {
  resourceRules?: PolicyRule[];
  nonResourceRules?: PolicyRule[];
}

/** No binding is in a namespace that is not there: what one may do in it, one may do everywhere. */
const NOWHERE = 'slipway-no-such-namespace';

function ownRules(client: Client): (namespace: string) => Promise<PolicyRule[]> {
  const known = new Map<string, Promise<PolicyRule[]>>();
  const ask = async (namespace: string) => {
    const review = await client.create(SelfSubjectRulesReview, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      metadata: {},
      spec: { namespace },
    });
    const { resourceRules = [], nonResourceRules = [] } = (review.status ?? {}) as Rules;
    return [...resourceRules, ...nonResourceRules];
  };
  return namespace => {
    const asked = known.get(namespace) ?? ask(namespace);
    known.set(namespace, asked);
    return asked;
  };
}
