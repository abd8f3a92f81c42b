import { type KubeObject, StatusError, type UserInfo } from '@slipway/api';
import type { ClusterRole, PolicyRule, RoleBinding } from '@slipway/kinds';
import type { AdmissionCall, Authorize } from '../http/seams.ts';
import { MASTERS, rulesFor } from './authorizer.ts';
import type { RbacIndex } from './rbac-index.ts';
import { ruleText, uncovered } from './rules.ts';

const GROUP = 'rbac.authorization.k8s.io';

/**
 * Refuses a role or a binding that gives more than its author has, unless the author may `escalate` or `bind` it
 * (upstream's registry/rbac policy-based storage).
 */
export async function checkEscalation(
  index: RbacIndex,
  authorize: Authorize,
  call: AdmissionCall,
): Promise<void> {
  const { object, info, user } = call;
  if (info.kind.group !== GROUP || !object || user.groups.includes(MASTERS)) return;
  if (info.kind.plural === 'roles' || info.kind.plural === 'clusterroles') {
    if (sameRules(object as ClusterRole, call.oldObject as ClusterRole | undefined)) return;
    if (await mayDo(authorize, call, 'escalate', info.kind.plural, call.name)) return;
    const wanted = (object as ClusterRole).rules ?? [];
    const missing = uncovered(rulesFor(index, user, call.namespace), wanted);
    if (missing.length > 0) throw refusal(call, missing);
    if ((object as ClusterRole).aggregationRule) requireAll(index, call);
    return;
  }
  if (sameBinding(object as RoleBinding, call.oldObject as RoleBinding | undefined)) return;
  await checkBinding(index, authorize, call, (object as RoleBinding).roleRef);
}

async function checkBinding(
  index: RbacIndex,
  authorize: Authorize,
  call: AdmissionCall,
  roleRef: RoleBinding['roleRef'],
): Promise<void> {
  const plural = roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
  if (await mayDo(authorize, call, 'bind', plural, roleRef.name)) return;
  const wanted = index.rulesOf(roleRef, call.namespace);
  if (!wanted) {
    const details = { name: roleRef.name, group: GROUP, kind: plural };
    throw new StatusError('NotFound', `${plural}.${GROUP} "${roleRef.name}" not found`, details);
  }
  const missing = uncovered(rulesFor(index, call.user, call.namespace), wanted);
  if (missing.length > 0) throw refusal(call, missing);
}

/** An aggregated role can come to hold anything: only who has everything may make one. */
function requireAll(index: RbacIndex, call: AdmissionCall): void {
  const everything: PolicyRule[] = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ];
  const missing = uncovered(rulesFor(index, call.user, undefined), everything);
  if (missing.length === 0) return;
  throw forbidden(call, `must have cluster-admin privileges to use the aggregationRule`);
}

async function mayDo(
  authorize: Authorize,
  call: AdmissionCall,
  verb: string,
  resource: string,
  name: string,
): Promise<boolean> {
  const namespace = call.namespace ? { namespace: call.namespace } : {};
  const decision = await authorize(call.user, {
    verb,
    group: GROUP,
    version: 'v1',
    resource,
    name,
    ...namespace,
  });
  return decision.allowed;
}

function sameRules(object: ClusterRole, old: ClusterRole | undefined): boolean {
  return (
    old !== undefined &&
    JSON.stringify(object.rules) === JSON.stringify(old.rules) &&
    JSON.stringify(object.aggregationRule) === JSON.stringify(old.aggregationRule)
  );
}

function sameBinding(object: RoleBinding, old: RoleBinding | undefined): boolean {
  const { subjects, roleRef } = object;
  return (
    old !== undefined && JSON.stringify([subjects, roleRef]) === JSON.stringify([old.subjects, old.roleRef])
  );
}

function refusal(call: AdmissionCall, missing: PolicyRule[]): StatusError {
  const who = `user "${call.user.username}" (groups=${groupsText(call.user)})`;
  const rules = missing.map(ruleText).join('\n');
  return forbidden(call, `${who} is attempting to grant RBAC permissions not currently held:\n${rules}`);
}

function groupsText({ groups }: UserInfo): string {
  return `[${groups.map(group => JSON.stringify(group)).join(' ')}]`;
}

function forbidden(call: AdmissionCall, message: string): StatusError {
  const { plural } = call.info.kind;
  const name = call.name || nameOf(call.object);
  return new StatusError('Forbidden', `${plural}.${GROUP} "${name}" is forbidden: ${message}`, {
    name,
    group: GROUP,
    kind: plural,
  });
}

function nameOf(object: KubeObject | undefined): string {
  return object?.metadata.name ?? '';
}
