import type { Connection } from './connection.ts';
import { CommandError } from './output.ts';
import { personToken } from './session.ts';

/** A person's account, as the issuer shows it to that person alone. */
export interface Account {
  user: string;
  /** Asks at a path below the realm. @throws CommandError with the issuer's own message */
  ask<T>(method: string, path: string, body?: object): Promise<T>;
}

/** The account of whoever signed in on this machine; undefined: nobody did, and commands act as local-admin. */
export async function ownAccount(connection: Connection): Promise<Account | undefined> {
  const person = await personToken(connection);
  if (!person) return undefined;
  const { token, user } = person;
  return {
    user,
    ask: async (method, path, body) => {
      const url = `${connection.platform.issuer}/${path}`;
      const answer = await connection.fetch(url, { method, token, ...(body ? { body } : {}) });
      if (answer.status >= 400) throw refusalOf(answer);
      return (answer.body === '' ? undefined : JSON.parse(answer.body)) as never;
    },
  };
}

/** Ends the session that this machine's sign-in is, with every token that came of it. */
export async function endOwnSession(connection: Connection): Promise<void> {
  const account = await ownAccount(connection);
  const sessions = await account?.ask<{ id: string; current: boolean }[]>('GET', 'account/sessions');
  const own = sessions?.find(({ current }) => current);
  if (own) await account?.ask('DELETE', `account/sessions/${own.id}`);
}

function refusalOf({ status, body }: { status: number; body: string }): CommandError {
  let told: { message?: string; error_description?: string } = {};
  try {
    told = JSON.parse(body);
  } catch {
    // said below by its number
  }
  const message = told.message ?? told.error_description ?? `the issuer answered ${status}`;
  return new CommandError(message, status === 401 ? { next: 'slipway login' } : {});
}
