import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT } from '../output.ts';
import { personToken } from '../session.ts';
import { readInput } from '../standard-input.ts';

/** The words by which docker and podman know that a helper has nothing for a registry. */
const NOT_FOUND = 'credentials not found in native keychain';

/** Docker's credential helper protocol: answers `get` for the platform's own registry and nothing else. */
export async function run(options: GlobalOptions, [operation]: string[]): Promise<number> {
  if (operation === 'list') {
    process.stdout.write('{}\n');
    return EXIT.done;
  }
  if (operation !== 'get') return EXIT.done;
  const asked = (await readInput())
    .trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
  const connection = await connect(options);
  const { host, port } = new URL(connection.platform.registry);
  if (asked !== host && asked !== `localhost:${port}`) {
    process.stdout.write(`${NOT_FOUND}\n`);
    return EXIT.failed;
  }
  const person = await personToken(connection);
  const credential = {
    ServerURL: asked,
    Username: person?.user ?? 'local-admin',
    Secret: person?.token ?? connection.token,
  };
  process.stdout.write(`${JSON.stringify(credential)}\n`);
  return EXIT.done;
}
