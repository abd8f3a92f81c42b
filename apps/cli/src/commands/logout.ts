import { messageOf } from '@slipway/api';
import { endOwnSession } from '../account.ts';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT, print, say } from '../output.ts';
import { signOut } from '../session.ts';

/** Ends the sign-in of this machine, at the issuer as well; git and kubectl act as local-admin again. */
export async function run(options: GlobalOptions): Promise<number> {
  const connection = await connect(options);
  // What cannot be told to the issuer is forgotten here nevertheless.
  await endOwnSession(connection).catch(error => say(`the issuer was not told: ${messageOf(error)}`));
  await signOut(connection.platform);
  print(options.output, { user: 'local-admin' }, () => 'signed out; commands act as local-admin');
  return EXIT.done;
}
