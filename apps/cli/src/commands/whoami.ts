import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT, print } from '../output.ts';
import { personToken } from '../session.ts';

/** Who git, kubectl and registry clients act as on this machine. */
export async function run(options: GlobalOptions): Promise<number> {
  const person = await personToken(await connect(options));
  const user = person?.user ?? 'local-admin';
  print(options.output, { user }, () => user);
  return EXIT.done;
}
