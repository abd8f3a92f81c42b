import { hasReason } from '@slipway/api';
import { User } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print, say } from '../../output.ts';
import { linkFor } from '../../user.ts';

interface Options extends GlobalOptions {
  displayName?: string;
  email?: string;
  group: string[];
}

/** Makes a person, and the link by which they sign in for the first time. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const connection = await connect(options);
  const { displayName, email, group: groups } = options;
  const spec = {
    ...(displayName ? { displayName } : {}),
    ...(email ? { email } : {}),
    ...(groups.length > 0 ? { groups } : {}),
  };
  const apiVersion = 'identity.slipway.dev/v1alpha1';
  await connection.client
    .create(User, { apiVersion, kind: 'User', metadata: { name }, spec })
    .catch(error => {
      if (!hasReason(error, 'AlreadyExists')) throw error;
      const next = `slipway user link ${name}`;
      throw new CommandError(`user ${JSON.stringify(name)}: is there already`, { next });
    });
  say(`${name} signs in by this link, once, within ten minutes; later ones: slipway user link ${name}`);
  const { url, expiresAt } = await linkFor(connection, name);
  print(options.output, { user: name, link: url, expiresAt }, () => url);
  return EXIT.done;
}
