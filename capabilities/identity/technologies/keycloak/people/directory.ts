import type { Clock, Log, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Token, User } from '@slipway/kinds';
import { startInformer } from '@slipway/runtime';
import { LOCAL_ADMIN } from '../../../objects/names.ts';

/** Somebody who may sign in now. */
export interface Person {
  /** The User object's uid: a person made anew under an old name is somebody else. */
  id: string;
  name: string;
  groups: string[];
  email?: string;
  displayName?: string;
}

/** Users and tokens as they are now; disabled, deleted and reserved ones are not in it. */
export interface Directory {
  byId(id: string): Person | undefined;
  byName(name: string): Person | undefined;
  people(): Person[];
  /** Called after each change of a user. */
  onChange(listener: () => void): void;
  token(id: string): Stored<Token> | undefined;
  tokensOf(name: string): Stored<Token>[];
  /** Resolves when everything has been read once. */
  readonly synced: Promise<void>;
}

/** Follows User and Token objects, so that every change counts at once. */
export function openDirectory(options: {
  client: Client;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}): Directory {
  const users = startInformer({ kind: User, ...options });
  const tokens = startInformer({ kind: Token, ...options });
  const names = new Map<string, string>();
  users.onChange(({ object, previous }) => {
    if (previous) names.delete(previous.metadata.uid);
    if (object) names.set(object.metadata.uid, object.metadata.name);
  });
  const byName = (name: string): Person | undefined => {
    const user = users.get({ name });
    return user && !refusal(user) ? personOf(user) : undefined;
  };
  return {
    byName,
    byId: id => {
      const person = byName(names.get(id) ?? '');
      return person?.id === id ? person : undefined;
    },
    people: () =>
      users
        .list()
        .filter(user => !refusal(user))
        .map(personOf),
    onChange: listener => void users.onChange(listener),
    token: id => tokens.get({ name: id }),
    tokensOf: name => tokens.list().filter(token => token.spec.user === name),
    synced: Promise.all([users.synced, tokens.synced]).then(() => {}),
  };
}

/** Why this user may not sign in; undefined when they may. */
export function refusal(
  user: Pick<User, 'spec' | 'metadata'>,
): { reason: string; message: string } | undefined {
  if (user.metadata.name === LOCAL_ADMIN) {
    return {
      reason: 'ReservedName',
      message: `metadata.name: "${LOCAL_ADMIN}" is the command line's own user; choose another name`,
    };
  }
  const group = user.spec.groups?.find(isReservedGroup);
  if (group !== undefined) {
    const message = `spec.groups: ${JSON.stringify(group)} is reserved; remove it`;
    return { reason: 'ReservedGroup', message };
  }
  return user.spec.disabled ? { reason: 'Disabled', message: 'spec.disabled is set' } : undefined;
}

/** Groups that start so carry Kubernetes' own rights, or the platform's. */
export function isReservedGroup(group: string): boolean {
  return group.startsWith('system:') || group.startsWith('slipway:');
}

function personOf(user: Stored<User>): Person {
  const { email, displayName, groups } = user.spec;
  return {
    id: user.metadata.uid,
    name: user.metadata.name,
    groups: groups ?? [],
    ...(email ? { email } : {}),
    ...(displayName ? { displayName } : {}),
  };
}
