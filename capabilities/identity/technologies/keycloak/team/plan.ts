import type { Stored } from '@slipway/api';
import type { PolicyRule, Role, RoleBinding, Subject, Team } from '@slipway/kinds';
import { ROLE_TEAM_MEMBER, ROLE_TEAM_PROMOTER, ROLE_TEAM_VIEWER } from '../../../objects/names.ts';
import { isReservedGroup } from '../people/directory.ts';

export const TEAM_LABEL = 'slipway.dev/team';
export const ENVIRONMENT_LABEL = 'slipway.dev/environment';
const PROMOTE_ROLE = 'slipway:promote';
const RBAC = 'rbac.authorization.k8s.io';
const LONGEST_NAME = 63;

export interface TeamPlan {
  namespaces: { name: string; labels: Record<string, string> }[];
  roles: Role[];
  bindings: RoleBinding[];
}

export interface Refusal {
  reason: string;
  message: string;
}

/** What a team may do, from `spec.may`; absent: everything a member does, in every environment. */
interface Rights {
  isMember: boolean;
  promote: string[];
}

/** The objects a team is compiled to, or what is wrong with it. Pure. */
export function planTeam(team: Stored<Team>, environments: string[]): TeamPlan | Refusal {
  const { name, uid } = team.metadata;
  if (name === 'team')
    return { reason: 'ReservedName', message: 'metadata.name: a team may not be called "team"' };
  const longest = environments.toSorted((a, b) => b.length - a.length)[0] ?? '';
  const tooLong = [`team-${name}`, `${name}-${longest}`].find(each => each.length > LONGEST_NAME);
  if (tooLong || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    const message = `metadata.name: "${name}" makes no namespace names: lower-case letters, digits and dashes, at most ${LONGEST_NAME} with the environment's name`;
    return { reason: 'InvalidName', message };
  }
  const subjects = subjectsOf(team.spec.members ?? []);
  if ('reason' in subjects) return subjects;
  const rights = rightsOf(team.spec.may, environments);
  if ('reason' in rights) return rights;
  const own = `team-${name}`;
  const namespaces = [
    { name: own, labels: { [TEAM_LABEL]: name } },
    ...environments.map(environment => ({
      name: `${name}-${environment}`,
      labels: { [TEAM_LABEL]: name, [ENVIRONMENT_LABEL]: environment },
    })),
  ];
  const metadata = (namespace: string, object: string) => ({
    name: object,
    namespace,
    labels: { [TEAM_LABEL]: name },
    ownerReferences: [{ apiVersion: 'slipway.dev/v1alpha1', kind: 'Team', name, uid }],
  });
  const bind = (
    namespace: string,
    role: string,
    kind: 'Role' | 'ClusterRole' = 'ClusterRole',
  ): RoleBinding => ({
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: metadata(namespace, role),
    subjects,
    roleRef: { apiGroup: RBAC, kind, name: role },
  });
  const base = rights.isMember ? ROLE_TEAM_MEMBER : ROLE_TEAM_VIEWER;
  const mayPromote = rights.promote.length > 0;
  return {
    namespaces,
    roles: mayPromote ? [promoteRole(metadata(own, PROMOTE_ROLE), rights.promote)] : [],
    bindings: [
      ...namespaces.map(namespace => bind(namespace.name, base)),
      ...(mayPromote ? [bind(own, ROLE_TEAM_PROMOTER), bind(own, PROMOTE_ROLE, 'Role')] : []),
    ],
  };
}

/** Whoever promotes is asked about in these words: may they `promote` the environment of this name? */
function promoteRole(metadata: Role['metadata'], environments: string[]): Role {
  const rule: PolicyRule = {
    apiGroups: ['slipway.dev'],
    resources: ['environments'],
    resourceNames: environments,
    verbs: ['promote'],
  };
  return { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules: [rule] };
}

function subjectsOf(members: string[]): Subject[] | Refusal {
  const subjects: Subject[] = [];
  for (const [index, member] of members.entries()) {
    const [kind, name = ''] = splitOnce(member, ':');
    const isBad = (kind !== 'user' && kind !== 'group') || name === '' || isReservedGroup(name);
    if (isBad) {
      const message = `spec.members[${index}]: ${JSON.stringify(member)}: expected "user:<name>" or "group:<name>"`;
      return { reason: 'InvalidMember', message };
    }
    subjects.push({ kind: kind === 'user' ? 'User' : 'Group', name, apiGroup: RBAC });
  }
  return subjects;
}

function rightsOf(may: Team['spec']['may'], environments: string[]): Rights | Refusal {
  if (may === undefined || may.length === 0) return { isMember: true, promote: environments };
  const rights: Rights = { isMember: false, promote: [] };
  for (const [index, word] of may.entries()) {
    const at = `spec.may[${index}]`;
    if (word === 'create-services') rights.isMember = true;
    else if (
      typeof word === 'object' &&
      Object.keys(word).join() === 'promote' &&
      Array.isArray(word.promote)
    ) {
      const unknown = word.promote.find(environment => !environments.includes(environment));
      if (unknown !== undefined) {
        return {
          reason: 'UnknownEnvironment',
          message: `${at}.promote: there is no environment "${unknown}"; there are ${environments.join(', ')}`,
        };
      }
      rights.promote.push(...word.promote);
    } else {
      const message = `${at}: ${JSON.stringify(word)} is not supported; "create-services" and {promote: [<environment>]} are`;
      return { reason: 'UnsupportedRight', message };
    }
  }
  return rights;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
