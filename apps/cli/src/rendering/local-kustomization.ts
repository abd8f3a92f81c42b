import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  buildKustomization,
  type HelmInflate,
  type KustomizeFetch,
  RenderError,
} from '@slipway/render/kustomize';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, EXIT, print, say, write } from '../output.ts';
import { linkedSource } from './linked-source.ts';
import type { remoteResources } from './remote-resources.ts';

/** The options of `kustomize build` that are ours, too, under the same names. */
export interface KustomizationOptions {
  enableHelm?: boolean;
  loadRestrictor: string;
  kubeVersion?: string;
  apiVersions: string[];
}

const RESTRICTORS: Record<string, 'rootOnly' | 'none'> = {
  LoadRestrictionsRootOnly: 'rootOnly',
  LoadRestrictionsNone: 'none',
};

/** Builds a folder's kustomization, and prints it. */
export async function renderLocalKustomization(
  path: string,
  options: GlobalOptions & KustomizationOptions,
): Promise<number> {
  const loadRestrictor = RESTRICTORS[options.loadRestrictor];
  if (!loadRestrictor)
    throw new CommandError(
      `--load-restrictor ${options.loadRestrictor}: known are ${Object.keys(RESTRICTORS).join(', ')}`,
      { exitCode: EXIT.usage },
    );
  const remote = remoteWhenNamed();
  try {
    const { kubeVersion } = options;
    const built = await buildKustomization({
      reader: linkedSource('/'),
      path: realpathSync(resolve(path)),
      fetch: remote,
      helm,
      options: {
        loadRestrictor,
        enableHelm: options.enableHelm ?? false,
        helm: {
          apiVersions: options.apiVersions.flatMap(each => each.split(',')),
          ...(kubeVersion === undefined ? {} : { kubeVersion }),
        },
      },
    });
    for (const warning of built.warnings) say(warning);
    if (options.output === 'table') write(built.text);
    else print(options.output, built.objects, () => '');
    return EXIT.done;
  } catch (error) {
    if (error instanceof RenderError) throw new CommandError(error.message.slice(error.file.length + 2));
    throw error;
  } finally {
    await remote.close();
  }
}

/** Few kustomizations name something elsewhere: what fetches it, and starts programs, is read when one does. */
function remoteWhenNamed(): KustomizeFetch & { close(): Promise<void> } {
  let opened: Promise<ReturnType<typeof remoteResources>> | undefined;
  const open = () => {
    opened ??= import('./remote-resources.ts').then(module => module.remoteResources());
    return opened;
  };
  return {
    repository: async remote => (await open()).repository(remote),
    file: async url => (await open()).file(url),
    close: async () => (await opened)?.close(),
  };
}

/** Few kustomizations name a chart: what renders them is read when one does. */
const helm: HelmInflate = {
  valuesOf: async chart => (await import('./kustomize-charts.ts')).kustomizeCharts.valuesOf(chart),
  render: async chart => (await import('./kustomize-charts.ts')).kustomizeCharts.render(chart),
};
