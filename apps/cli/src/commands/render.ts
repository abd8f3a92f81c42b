import { statSync } from 'node:fs';
import { sourceTypeOf } from '@slipway/render/source-type';
import type { GlobalOptions } from '../global-options.ts';
import { localSource } from '../local-source.ts';
import { CommandError, EXIT } from '../output.ts';
import type { ChartOptions } from '../rendering/local-chart.ts';
import type { KustomizationOptions } from '../rendering/local-kustomization.ts';

type Options = GlobalOptions & ChartOptions & KustomizationOptions;

/** Prints what a chart or a kustomization on this machine renders to, as `helm template` and `kustomize build` do. */
export async function run(options: Options, [path = '.']: string[]): Promise<number> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new CommandError(`${path}: there is no such file or folder`, { exitCode: EXIT.usage });
  const type = found.isDirectory() ? (await sourceTypeOf(localSource(path), '.')).type : 'Helm';
  // What renders the one has no use for the other.
  if (type === 'Kustomize') {
    const { renderLocalKustomization } = await import('../rendering/local-kustomization.ts');
    return await renderLocalKustomization(path, options);
  }
  if (type !== 'Helm')
    throw new CommandError(
      `${path}: is neither a chart nor a kustomization: it has no Chart.yaml or kustomization.yaml`,
      { exitCode: EXIT.usage },
    );
  const { renderLocalChart } = await import('../rendering/local-chart.ts');
  return await renderLocalChart(path, found.isDirectory(), options);
}
