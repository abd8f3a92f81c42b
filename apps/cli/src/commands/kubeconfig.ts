import { readFile } from 'node:fs/promises';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../main.ts';
import { EXIT } from '../output.ts';

/** Prints the kubeconfig whose user is local-admin. */
export async function run(options: GlobalOptions): Promise<number> {
  const { platform } = await connect(options);
  process.stdout.write(await readFile(platform.kubeconfig, 'utf8'));
  return EXIT.done;
}
