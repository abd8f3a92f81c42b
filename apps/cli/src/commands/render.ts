import { stat } from 'node:fs/promises';
import { sourceTypeOf } from '@slipway/render';
import type { GlobalOptions } from '../global-options.ts';
import { localSource } from '../local-source.ts';
import { CommandError, EXIT } from '../output.ts';
import { type ChartOptions, renderLocalChart } from '../rendering/local-chart.ts';

type Options = GlobalOptions & ChartOptions;

/** Prints what a chart on this machine renders to, as `helm template` does. Needs no platform. */
export async function run(options: Options, [path = '.']: string[]): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new CommandError(`${path}: there is no such file or folder`, { exitCode: EXIT.usage });
  const type = found.isDirectory() ? (await sourceTypeOf(localSource(path), '.')).type : 'Helm';
  if (type !== 'Helm')
    throw new CommandError(`${path}: is no chart: it has no Chart.yaml`, { exitCode: EXIT.usage });
  return await renderLocalChart(path, found.isDirectory(), options);
}
