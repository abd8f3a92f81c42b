import { createHash, randomBytes } from 'node:crypto';
import { systemClock } from "@slipway/api";
import { Token, User } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../main.ts';
import { CommandError, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions {
  user: string;
  description: string;
  days: number;
}

/** Makes a Token object that holds only a hash, and shows the token once. */
export async function run(options: Options): Promise<number> {
  const { client } = await connect(options);
  if (!(await client.find(User, { name: options.user }))) {
    throw new CommandError(`user ${JSON.stringify(options.user)}: not known`, {
      next: 'kubectl get users.identity.slipway.dev',
    });
  }
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const expiresAt = new Date(systemClock.now() + options.days * 86_400_000).toISOString();
  await client.create(Token, {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'Token',
    metadata: { name: id },
    spec: {
      user: options.user,
      hash: createHash('sha256').update(secret).digest('hex'),
      description: options.description,
      expiresAt,
    },
  });
  const token = `slp_${id}_${secret}`;
  print(options.output, { token, user: options.user, expiresAt }, () => token);
  return EXIT.done;
}
