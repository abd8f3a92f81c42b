import type { Condition, Kind, KubeObject } from '@slipway/api';
import { definitionOf, listOf, object, text, truth } from '../custom-resource.ts';
import type { PolicyRule } from '../kubernetes/access.ts';

const identity = { group: 'identity.slipway.dev', version: 'v1alpha1', namespaced: false } as const;

/** A person. The password lives hashed in a Secret that only identity reads, never here. */
export interface User extends KubeObject {
  spec: { email?: string; displayName?: string; groups?: string[]; disabled?: boolean };
  status?: { conditions?: Condition[]; lastSignIn?: string };
}
export const User: Kind<User> = { ...identity, kind: 'User', plural: 'users' };
export const userDefinition = definitionOf(User, {
  spec: object({ email: text, displayName: text, groups: listOf(text), disabled: truth }),
});

export interface Group extends KubeObject {
  spec: { displayName?: string };
  status?: { conditions?: Condition[] };
}
export const Group: Kind<Group> = { ...identity, kind: 'Group', plural: 'groups' };
export const groupDefinition = definitionOf(Group, { spec: object({ displayName: text }) });

const READ = ['get', 'list', 'watch'];
const WRITE = [...READ, 'create', 'update', 'patch', 'delete', 'deletecollection'];
const rule = (group: string, resources: string[], verbs: string[]): PolicyRule => ({
  apiGroups: [group],
  resources,
  verbs,
});
const REPOSITORY = ['repositories', 'changerequests', 'branchprotections', 'commitstatuses'];

/**
 * What a token may be limited to, in Gitea's words, as rules of RBAC: they narrow what its person may do and give
 * nothing. Other scopes of Gitea's are about what is not here.
 */
export const TOKEN_SCOPES: Record<string, PolicyRule[]> = {
  'read:repository': [rule('source.slipway.dev', REPOSITORY, READ)],
  'write:repository': [
    rule('source.slipway.dev', REPOSITORY, WRITE),
    rule('slipway.dev', ['approvals'], ['create']),
  ],
  'read:package': [rule('artifacts.slipway.dev', ['images'], READ)],
  'write:package': [rule('artifacts.slipway.dev', ['images'], WRITE)],
  'read:organization': [rule('slipway.dev', ['teams'], READ)],
  'write:organization': [rule('slipway.dev', ['teams'], WRITE)],
  // Of oneself: no rights of others are needed for it.
  'read:user': [],
  'write:user': [],
};

/** Before a ClusterRole's name in a group: whoever is in it may do only what that role allows (see the API server). */
export const LIMITED_TO = 'system:limited-to:';

/** Name of the ClusterRole with a scope's rules. */
export const scopeRole = (scope: string): string => `slipway:token:${scope}`;

/** A token for scripts. `spec.scopes`: names of TOKEN_SCOPES; none: all that its person may. `spec.hash` is a keyed hash; the token itself is shown once and kept nowhere. */
export interface Token extends KubeObject {
  spec: { user: string; hash: string; description?: string; expiresAt: string; scopes?: string[] };
  status?: { conditions?: Condition[]; lastUsed?: string };
}
export const Token: Kind<Token> = { ...identity, kind: 'Token', plural: 'tokens' };
export const tokenDefinition = definitionOf(Token, {
  spec: object({ user: text, hash: text, description: text, expiresAt: text, scopes: listOf(text) }, [
    'user',
    'hash',
    'expiresAt',
  ]),
});
