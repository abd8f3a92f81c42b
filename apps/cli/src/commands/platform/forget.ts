import { forgetPlatform, readConfig } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { dataOfKnown } from '../../named-platform.ts';
import { EXIT, print } from '../../output.ts';

/** Takes a name from the list. */
export async function run(options: GlobalOptions, [name = '']: string[]): Promise<number> {
  const data = dataOfKnown(name);
  await forgetPlatform(readConfig().folders, name);
  print(options.output, { name, data }, () => `${name} is forgotten; its data stays in ${data}`);
  return EXIT.done;
}
