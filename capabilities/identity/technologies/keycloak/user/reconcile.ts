import type { Stored } from '@slipway/api';
import type { User } from '@slipway/kinds';
import { done, type Outcome, terminal } from '@slipway/runtime';
import { refusal } from '../people/directory.ts';

/** What a person's end sets in motion. */
export interface People {
  signOut(userId: string): void;
  /** Tells the audit. */
  tell(name: string, reason: string): Promise<void>;
}

/** Says whether this person may sign in. Being refused ends all that they are signed in to, once and for all. */
export async function reconcileUser(user: Stored<User>, { signOut, tell }: People): Promise<Outcome> {
  const refused = refusal(user);
  if (!refused) return done;
  signOut(user.metadata.uid);
  const known = user.status?.conditions?.some(
    ({ type, status, reason }) => type === 'Ready' && status === 'False' && reason === refused.reason,
  );
  if (!known) await tell(user.metadata.name, refused.reason);
  return terminal(refused.reason, refused.message);
}
