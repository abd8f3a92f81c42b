import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT, print, say } from '../output.ts';
import { signIn } from '../session.ts';

/** Signs a person in; kubectl, git and registry clients then act as that person. */
export async function run(options: GlobalOptions): Promise<number> {
  const user = await signIn(await connect(options), say);
  print(
    options.output,
    { user },
    () => `signed in as ${user}; git and kubectl (slipway kubeconfig --person) now act as ${user}`,
  );
  return EXIT.done;
}
