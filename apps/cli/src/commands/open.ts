import { createSignIn } from '@slipway/platform';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT, print } from '../output.ts';

/** Makes a sign-in link that works once, for ten minutes. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client, platform } = await connect(options);
  const link = await createSignIn(client, platform.issuer);
  print(options.output, { link }, () => link);
  return EXIT.done;
}
