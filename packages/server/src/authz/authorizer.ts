import type { UserInfo } from '@slipway/api';
import { LIMITED_TO, type PolicyRule } from '@slipway/kinds';
import type { Attributes, Authorize, Decision } from '../http/seams.ts';
import type { Grant, RbacIndex } from './rbac-index.ts';
import { ruleAllows } from './rules.ts';

/** Members may do everything; no rule can take that away (upstream's privileged group). */
export const MASTERS = 'system:masters';

/**
 * Decides by RBAC as upstream does. What is not allowed by a rule is refused.
 *
 * A group `system:limited-to:<ClusterRole>` gives nothing: whoever is in one may do only what that role allows, of all
 * that their other groups give them. A token that is made for one purpose brings it along, and because groups go
 * wherever a user goes (TokenReview, access reviews, impersonation), it holds at every door.
 */
export function rbacAuthorizer(index: RbacIndex): Authorize {
  return (user, attributes) => {
    const limits = limitsOf(index, user);
    if (limits && !limits.some(rule => ruleAllows(rule, attributes)))
      return { allowed: false, reason: 'the token is limited to other things' };
    if (user.groups.includes(MASTERS)) return { allowed: true, reason: '' };
    return decide(index, user, attributes);
  };
}

/** What a user is limited to, all limits together; undefined: to nothing. A role that is gone allows nothing. */
function limitsOf(index: RbacIndex, { groups }: UserInfo): PolicyRule[] | undefined {
  const names = groups.filter(group => group.startsWith(LIMITED_TO));
  if (names.length === 0) return undefined;
  const apiGroup = 'rbac.authorization.k8s.io';
  return names.flatMap(group => {
    const name = group.slice(LIMITED_TO.length);
    return index.rulesOf({ apiGroup, kind: 'ClusterRole', name }, undefined) ?? [];
  });
}

function decide(index: RbacIndex, user: UserInfo, attributes: Attributes): Decision {
  for (const grant of grantsFor(index, user, attributes.namespace)) {
    if (grant.rules.some(rule => ruleAllows(rule, attributes))) {
      return { allowed: true, reason: `RBAC: allowed by ${describe(grant)}` };
    }
  }
  return { allowed: false, reason: '' };
}

/** Everything a user was given, in the cluster and in a namespace. */
export function* grantsFor(
  index: RbacIndex,
  user: UserInfo,
  namespace: string | undefined,
): Generator<Grant> {
  yield* index.clusterGrants(user);
  if (namespace) yield* index.grantsIn(namespace, user);
}

/** All rules that hold for a user in a namespace; of somebody limited, what the limits leave at most. */
export function rulesFor(index: RbacIndex, user: UserInfo, namespace: string | undefined): PolicyRule[] {
  const everything: PolicyRule[] = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ];
  const limits = limitsOf(index, user);
  if (limits) return limits;
  if (user.groups.includes(MASTERS)) return everything;
  return [...grantsFor(index, user, namespace)].flatMap(grant => grant.rules);
}

function describe({ binding, subject }: Grant): string {
  const { roleRef, metadata } = binding;
  const whom =
    subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace ?? ''}` : subject.name;
  const kind = metadata.namespace ? 'RoleBinding' : 'ClusterRoleBinding';
  const name = metadata.namespace ? `${metadata.name}/${metadata.namespace}` : metadata.name;
  return `${kind} "${name}" of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${whom}"`;
}
