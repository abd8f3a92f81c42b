import type { IncomingMessage } from 'node:http';
import { messageOf, SlipwayError, type UserInfo } from '@slipway/api';
import { type AuditedAction, recordAction } from '@slipway/client';
import { nameText } from './access.ts';
import { viaOf } from './acting-as.ts';
import type { RepositoryName } from './git/name.ts';
import type { RefChange } from './refs-publisher.ts';
import type { GitServer } from './server.ts';

/** Its name in the audit. */
export const AUDIT_DOOR = 'git';

/** Who wants what with which repository, and from where. */
export interface GitAction {
  name: RepositoryName;
  user: UserInfo;
  request: IncomingMessage;
}

/** `after` when a commit is still to be made. */
export const NEW_COMMIT = 'new';

/**
 * Tells the audit of references that are about to move, or that did not after all.
 * @throws SlipwayError NotRecorded: they must not move then
 */
export async function recordPush(
  server: GitServer,
  action: GitAction,
  changes: RefChange[],
  outcome: AuditedAction['outcome'] = 'allowed',
): Promise<void> {
  const each = (change: RefChange) =>
    record(server, action, {
      verb: 'push',
      object: `${nameText(action.name)} ${change.ref} ${change.before}..${change.after}`,
      outcome,
    });
  try {
    await Promise.all(changes.map(each));
  } catch (error) {
    throw new SlipwayError(
      'NotRecorded',
      `push: ${nameText(action.name)}: it cannot be recorded in the audit (${messageOf(error)}); try again`,
    );
  }
}

/** Tells of somebody who had no right; the refusal stands whether or not it can be told. */
export async function recordDenied(
  server: GitServer,
  action: GitAction,
  verb: 'fetch' | 'push',
): Promise<void> {
  await record(server, action, { verb, object: nameText(action.name), outcome: 'denied' }).catch(error =>
    server.log.warn('a refusal was not recorded', { error: messageOf(error) }),
  );
}

/** What somebody does with a change; one that is not open yet has no number. */
export interface ChangeAction {
  verb: 'open' | 'review' | 'merge' | 'close' | 'reopen' | 'edit' | 'run';
  number?: number;
  detail: string;
}

/**
 * Tells the audit what somebody does with a change request.
 * @throws SlipwayError NotRecorded: it must not happen then
 */
export async function recordChange(
  server: GitServer,
  action: GitAction,
  what: ChangeAction,
  outcome: AuditedAction['outcome'] = 'allowed',
): Promise<void> {
  const number = what.number === undefined ? '' : `#${what.number}`;
  const object = `${nameText(action.name)}${number} ${what.detail}`.trimEnd();
  const resource = 'changerequests.source.slipway.dev';
  await record(server, action, { verb: what.verb, object, outcome, resource }).catch(error => {
    const reason = `it cannot be recorded in the audit (${messageOf(error)}); try again`;
    throw new SlipwayError('NotRecorded', `${what.verb}: ${object}: ${reason}`);
  });
}

/**
 * Tells the audit of a personal token that is made or deleted; the engine writes the object, so nothing else would name
 * the person.
 * @throws SlipwayError NotRecorded: it must not happen then
 */
export async function recordToken(
  server: GitServer,
  action: Pick<GitAction, 'user' | 'request'>,
  {
    verb,
    id,
    outcome = 'allowed',
  }: { verb: 'create' | 'delete'; id: string; outcome?: 'allowed' | 'failed' },
): Promise<void> {
  const what = { verb, object: id, outcome, resource: 'tokens.identity.slipway.dev' };
  await record(server, action, what).catch(error => {
    const reason = `it cannot be recorded in the audit (${messageOf(error)}); try again`;
    throw new SlipwayError('NotRecorded', `${verb} token: ${reason}`);
  });
}

function record(
  { client }: GitServer,
  { user, request }: Pick<GitAction, 'user' | 'request'>,
  what: Pick<AuditedAction, 'verb' | 'object' | 'outcome'> & { resource?: string },
): Promise<void> {
  return recordAction(client, {
    resource: 'repositories.source.slipway.dev',
    ...what,
    actor: user.username,
    door: AUDIT_DOOR,
    source: [request.socket.remoteAddress ?? 'unknown', viaOf(user)].filter(Boolean).join(' via '),
  });
}
