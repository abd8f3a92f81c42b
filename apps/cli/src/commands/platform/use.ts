import { readConfig, usePlatform } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { dataOfKnown } from '../../named-platform.ts';
import { EXIT, print } from '../../output.ts';

/** Makes a platform the one that commands mean. */
export async function run(options: GlobalOptions, [name = '']: string[]): Promise<number> {
  const data = dataOfKnown(name);
  await usePlatform(readConfig().folders, name);
  print(options.output, { name, data }, () => `commands mean ${name} (${data})`);
  return EXIT.done;
}
