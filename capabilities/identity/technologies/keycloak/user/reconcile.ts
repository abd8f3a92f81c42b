import type { Stored } from '@slipway/api';
import type { User } from '@slipway/kinds';
import { done, type Outcome, terminal } from '@slipway/runtime';
import { refusal } from '../people/directory.ts';

/** Says whether this person may sign in. Being refused ends all that they are signed in to, once and for all. */
export async function reconcileUser(
  user: Stored<User>,
  { signOut }: { signOut(userId: string): void },
): Promise<Outcome> {
  const refused = refusal(user);
  if (!refused) return done;
  signOut(user.metadata.uid);
  return terminal(refused.reason, refused.message);
}
