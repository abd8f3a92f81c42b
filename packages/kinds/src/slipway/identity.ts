import type { Condition, Kind, KubeObject } from '@slipway/api';
import { definitionOf, listOf, object, text, truth } from '../custom-resource.ts';

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

/** A token for scripts. `spec.hash` is a keyed hash; the token itself is shown once and kept nowhere. */
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
