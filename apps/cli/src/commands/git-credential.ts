import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT } from '../output.ts';
import { personToken } from '../session.ts';
import { readInput } from '../standard-input.ts';

/**
 * Git's credential helper protocol (git-credential(1)): answers `get` for the platform's own Git host and nothing else.
 */
export async function run(options: GlobalOptions, [operation]: string[]): Promise<number> {
  if (operation !== 'get') return EXIT.done;
  const asked = Object.fromEntries(
    (await readInput())
      .split('\n')
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const connection = await connect(options);
  if (asked.protocol !== 'https' || asked.host !== new URL(connection.platform.git).host) return EXIT.done;
  const person = await personToken(connection);
  process.stdout.write(
    `username=${person?.user ?? 'local-admin'}\npassword=${person?.token ?? connection.token}\n`,
  );
  return EXIT.done;
}
