import { installRelease } from '@slipway/sources';
import { EXIT, print } from '../../output.ts';
import { type ReleaseOptions, releases, reportOf, summary } from '../../release.ts';
import { type ChartOptions, chartFiles, valuesOf } from '../../release-chart.ts';
import { type ChangeFlags, changeOptions } from './change-flags.ts';

type Options = ReleaseOptions & ChartOptions & ChangeFlags;

/** Installs a chart, as `helm install` does. */
export async function run(options: Options, [name = '', chart = '']: string[]): Promise<number> {
  const { connection, context } = await releases(options);
  const input = {
    chart: await chartFiles(chart, options, connection),
    values: await valuesOf(options),
    skipSchemaValidation: options.skipSchemaValidation ?? false,
  };
  const release = await installRelease(context, name, input, changeOptions(options));
  print(
    options.output,
    { ...reportOf(release), ...(options.dryRun ? { manifest: release.manifest } : {}) },
    () => (options.dryRun ? `${summary(release)}\n\n${release.manifest}` : summary(release)),
  );
  return EXIT.done;
}
