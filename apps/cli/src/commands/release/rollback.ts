import { rollbackRelease } from '@slipway/sources';
import { CommandError, EXIT, print } from '../../output.ts';
import { type ReleaseOptions, releases, reportOf, summary } from '../../release.ts';
import { type ChangeFlags, changeOptions } from './change-flags.ts';

/** Goes back to an earlier revision, as `helm rollback` does. */
export async function run(
  options: ReleaseOptions & ChangeFlags,
  [name = '', revision]: string[],
): Promise<number> {
  const wanted = revision === undefined ? 0 : Number(revision);
  if (!Number.isInteger(wanted) || wanted < 0)
    throw new CommandError(`revision ${JSON.stringify(revision)}: a number of its history is allowed`, {
      exitCode: EXIT.usage,
      next: `slipway release history ${name}`,
    });
  const { context } = await releases(options);
  const release = await rollbackRelease(context, name, {
    ...changeOptions(options),
    ...(wanted > 0 ? { revision: wanted } : {}),
  });
  print(options.output, reportOf(release), () => summary(release));
  return EXIT.done;
}
