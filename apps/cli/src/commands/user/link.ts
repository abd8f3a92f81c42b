import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { linkFor, userNamed } from '../../user.ts';

/** A sign-in link for somebody who has no password, or has forgotten it. */
export async function run(options: GlobalOptions, [name = '']: string[]): Promise<number> {
  const connection = await connect(options);
  const { spec } = await userNamed(connection, name);
  if (spec.disabled)
    throw new CommandError(`user ${JSON.stringify(name)}: is disabled`, {
      next: `slipway user enable ${name}`,
    });
  const { url, expiresAt } = await linkFor(connection, name);
  print(options.output, { user: name, link: url, expiresAt }, () => url);
  return EXIT.done;
}
