import type { UserInfo } from '@slipway/api';
import type { PolicyRule } from '@slipway/kinds';
import type { Attributes, Authorize, Decision } from '../http/seams.ts';
import type { Grant, RbacIndex } from './rbac-index.ts';
import { ruleAllows } from './rules.ts';

/** Members may do everything; no rule can take that away (upstream's privileged group). */
export const MASTERS = 'system:masters';

/** Decides by RBAC as upstream does. What is not allowed by a rule is refused. */
export function rbacAuthorizer(index: RbacIndex): Authorize {
  return (user, attributes) => {
    if (user.groups.includes(MASTERS)) return { allowed: true, reason: '' };
    return decide(index, user, attributes);
  };
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

/** All rules that hold for a user in a namespace. */
export function rulesFor(index: RbacIndex, user: UserInfo, namespace: string | undefined): PolicyRule[] {
  const everything: PolicyRule[] = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ];
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
