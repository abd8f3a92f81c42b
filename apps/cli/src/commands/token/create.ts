import { systemClock, systemRandom } from '@slipway/api';
import { User } from '@slipway/kinds';
import { createToken } from '@slipway/platform';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions {
  user: string;
  description: string;
  days: number;
}

const DAY_MS = 86_400_000;

/** Makes a Token object that holds only a hash, and shows the token once. */
export async function run(options: Options): Promise<number> {
  const { client } = await connect(options);
  const { user, description } = options;
  if (!(await client.find(User, { name: user }))) {
    throw new CommandError(`user ${JSON.stringify(user)}: not known`, {
      next: 'kubectl get users.identity.slipway.dev',
    });
  }
  const ttlMs = options.days * DAY_MS;
  const { token, expiresAt } = await createToken({
    client,
    clock: systemClock,
    random: systemRandom,
    user,
    description,
    ttlMs,
  });
  print(options.output, { token, user, expiresAt }, () => token);
  return EXIT.done;
}
