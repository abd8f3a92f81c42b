import { knownPlatforms, readConfig, readRunning } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { EXIT, print } from '../../output.ts';

/** The platform that commands mean, by the same rules as every command. */
export async function run(options: GlobalOptions): Promise<number> {
  const { data, folders } = readConfig(options.data);
  const name = knownPlatforms(folders).find(each => each.data === data)?.name ?? null;
  const running = (await readRunning(data)) !== undefined;
  print(options.output, { name, data, running }, () =>
    [name ?? '(without a name)', data, running ? 'runs' : 'stopped'].join('  '),
  );
  return EXIT.done;
}
