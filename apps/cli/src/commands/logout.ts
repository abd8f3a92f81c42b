import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT, print } from '../output.ts';
import { signOut } from '../session.ts';

/** Forgets who signed in on this machine; git and kubectl act as local-admin again. */
export async function run(options: GlobalOptions): Promise<number> {
  const { platform } = await connect(options);
  await signOut(platform);
  print(options.output, { user: 'local-admin' }, () => 'signed out; commands act as local-admin');
  return EXIT.done;
}
