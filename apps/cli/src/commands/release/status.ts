import { EXIT, print } from '../../output.ts';
import { type ReleaseOptions, releases, reportOf, revisionOf, summary } from '../../release.ts';

interface Options extends ReleaseOptions {
  revision?: number;
}

/** How a release is, with its notes. Exit code 3 when it failed, or something is under way. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const { store } = await releases(options);
  const release = await revisionOf(store, name, options.revision);
  print(options.output, reportOf(release), () => summary(release));
  const isWell = ['deployed', 'superseded', 'uninstalled'].includes(release.info.status);
  return isWell ? EXIT.done : EXIT.unhealthy;
}
