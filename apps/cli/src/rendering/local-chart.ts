import { readFileSync } from 'node:fs';
import {
  type Chart,
  loadChart,
  loadChartArchive,
  pathsOfSetFile,
  type RenderedChart,
  renderChart,
  type ValueSources,
} from '@slipway/render/helm';
import type { GlobalOptions } from '../global-options.ts';
import { localSource } from '../local-source.ts';
import { EXIT, print, say, write } from '../output.ts';
import { readInput } from '../standard-input.ts';

/** The options of `helm template` that are ours, too, under the same names. */
export interface ChartOptions {
  release: string;
  namespace: string;
  values: string[];
  set: string[];
  setString: string[];
  setJson: string[];
  setLiteral: string[];
  setFile: string[];
  kubeVersion?: string;
  apiVersions: string[];
  includeCrds?: boolean;
  skipTests?: boolean;
  hooks: boolean;
  isUpgrade?: boolean;
  skipSchemaValidation?: boolean;
  showOnly: string[];
  notes?: boolean;
}

/** Renders a chart's folder or its packed file, and prints it. */
export async function renderLocalChart(
  path: string,
  isFolder: boolean,
  options: GlobalOptions & ChartOptions,
): Promise<number> {
  const rendered = await localChart(path, isFolder, options);
  for (const warning of rendered.warnings) say(warning);
  if (options.output === 'table') write(options.notes ? rendered.notes : rendered.text);
  else print(options.output, summary(rendered), () => '');
  return EXIT.done;
}

/** @throws ChartError in Helm's words */
export async function localChart(
  path: string,
  isFolder: boolean,
  options: ChartOptions,
): Promise<RenderedChart> {
  return renderChart({
    chart: await load(path, isFolder),
    values: await valuesOf(options),
    release: {
      name: options.release,
      namespace: options.namespace,
      isUpgrade: options.isUpgrade ?? false,
    },
    capabilities: {
      ...(options.kubeVersion === undefined ? {} : { kubeVersion: options.kubeVersion }),
      apiVersions: options.apiVersions.flatMap(each => each.split(',')),
    },
    includeCrds: options.includeCrds ?? false,
    skipTests: options.skipTests ?? false,
    noHooks: !options.hooks,
    skipSchemaValidation: options.skipSchemaValidation ?? false,
    showOnly: options.showOnly,
  });
}

async function load(path: string, isFolder: boolean): Promise<Chart> {
  if (isFolder) return loadChart(localSource(path), '.', { warn: say });
  return loadChartArchive(readFileSync(path), { warn: say });
}

/** Reads what the options name: values files (`-` is standard input), and files that become values. */
async function valuesOf(options: ChartOptions): Promise<ValueSources> {
  const texts = options.values.map(async name => ({ name, text: await textOf(name) }));
  const paths = options.setFile.flatMap(pathsOfSetFile);
  const contents = paths.map(async (file): Promise<[string, string]> => [file, await textOf(file)]);
  return {
    files: await Promise.all(texts),
    setJson: options.setJson,
    set: options.set,
    setString: options.setString,
    setFile: options.setFile,
    fileTexts: Object.fromEntries(await Promise.all(contents)),
    setLiteral: options.setLiteral,
  };
}

async function textOf(file: string): Promise<string> {
  return file === '-' ? readInput() : readFileSync(file, 'utf8');
}

function summary({ manifests, hooks, crds, notes, config }: RenderedChart) {
  return { manifests, hooks, crds, notes, values: config };
}
