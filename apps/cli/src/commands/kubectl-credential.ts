import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, EXIT } from '../output.ts';
import { personToken } from '../session.ts';

/** kubectl's exec credential plugin (client.authentication.k8s.io/v1): the signed-in person's token. */
export async function run(options: GlobalOptions): Promise<number> {
  const person = await personToken(await connect(options));
  if (!person) throw new CommandError('nobody is signed in on this machine', { next: 'slipway login' });
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: person.token, expirationTimestamp: new Date(person.expiresAt).toISOString() },
  };
  process.stdout.write(`${JSON.stringify(credential)}\n`);
  return EXIT.done;
}
