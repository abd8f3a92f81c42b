import { systemClock, systemRandom } from '@slipway/api';
import { TOKEN_SCOPES, User } from '@slipway/kinds';
import { createToken } from '@slipway/platform';
import { ownAccount } from '../../account.ts';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions {
  user?: string;
  description: string;
  days: number;
  scope: string[];
}

const DAY_MS = 86_400_000;

/** Makes a Token object that holds only a hash, and shows the token once. */
export async function run(options: Options): Promise<number> {
  const connection = await connect(options);
  const { description, days, scope: scopes } = options;
  const unknown = scopes.find(each => !Object.hasOwn(TOKEN_SCOPES, each));
  if (unknown !== undefined)
    throw new CommandError(
      `--scope ${JSON.stringify(unknown)}: ${Object.keys(TOKEN_SCOPES).join(', ')} are allowed`,
      {
        exitCode: EXIT.usage,
      },
    );
  const account = options.user === undefined ? await ownAccount(connection) : undefined;
  const user = account?.user ?? options.user ?? 'admin';
  const wish = { description, days, scopes };
  const { token, expiresAt } = account
    ? await account.ask<{ token: string; expiresAt: string }>('POST', 'tokens', wish)
    : await makeFor(connection.client, user, wish);
  print(options.output, { token, user, expiresAt }, () => token);
  return EXIT.done;
}

/** As local-admin, who may make anybody's. */
async function makeFor(
  client: Parameters<typeof createToken>[0]['client'],
  user: string,
  { description, days, scopes }: { description: string; days: number; scopes: string[] },
) {
  if (!(await client.find(User, { name: user }))) {
    throw new CommandError(`user ${JSON.stringify(user)}: not known`, { next: 'slipway user list' });
  }
  const ports = { client, clock: systemClock, random: systemRandom };
  return createToken({ ...ports, user, description, scopes, ttlMs: days * DAY_MS });
}
