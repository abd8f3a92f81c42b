import { testRelease } from '@slipway/sources';
import { EXIT, print } from '../../output.ts';
import { type ReleaseOptions, releases, reportOf, summary } from '../../release.ts';

interface Options extends ReleaseOptions {
  timeout: number;
  logs?: boolean;
  only: string[];
  except: string[];
}

/** Runs a release's tests, as `helm test` does. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const { context } = await releases(options);
  const { timeout, logs = false, only, except } = options;
  const release = await testRelease(context, name, { timeoutMs: timeout * 1000, logs, only, except });
  print(options.output, reportOf(release), () => summary(release));
  return EXIT.done;
}
