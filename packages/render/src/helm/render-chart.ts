import { systemClock, systemRandom } from '@slipway/api';
import { helmFunctions } from '../functions/helm-functions.ts';
import { fromBytes } from '../go-template/go-string.ts';
import type { Chart, ValueMap } from './chart.ts';
import { ChartError } from './chart-error.ts';
import { checkInstallable, checkKubeVersion, checkReleaseName } from './check-chart.ts';
import { copyChart } from './copy-chart.ts';
import { processDependencies } from './dependencies/process-dependencies.ts';
import { releaseManifest, templateText } from './manifests/print-release.ts';
import { sortManifests } from './manifests/sort-manifests.ts';
import { type Capabilities, capabilitiesOf, capabilitiesValue } from './render/capabilities.ts';
import { fullPath, releaseValue } from './render/chart-values.ts';
import { engineFunctions } from './render/engine-functions.ts';
import { takeNotes } from './render/notes.ts';
import { renderTemplates } from './render/render-templates.ts';
import type { RenderedChart, RenderedCrd, RenderLimits, RenderOptions } from './render-options.ts';
import { checkSchemas } from './schema/check-schemas.ts';
import { coalesceValues, type Warn } from './values/coalesce.ts';
import { mergeValues } from './values/merge-values.ts';
import { plainTable } from './values/tables.ts';

/** Far above what real charts use. */
const LIMITS: RenderLimits = { steps: 20_000_000, output: 64 * 1024 * 1024, depth: 400 };

/**
 * Renders a chart exactly as `helm template` does. It computes and reads nothing; charts of others belong into a thread
 * (`renderChartInPool`), for it may take long.
 * @throws ChartError with Helm's own message; its code says what kind of thing is wrong
 */
export function renderChart(options: RenderOptions): RenderedChart {
  const warnings: string[] = [];
  const warn: Warn = message => warnings.push(message);
  const config = mergeValues(options.values ?? {}, options.baseValues);
  const chart = copyChart(options.chart);
  checkInstallable(chart, warn);
  checkReleaseName(options.release.name);
  wording('chart dependencies processing failed: ', chart, () => processDependencies(chart, config, warn));
  const capabilities = capabilitiesOf(options.capabilities);
  const values = wording('', chart, () => coalesceValues(chart, config, warn));
  if (!options.skipSchemaValidation) checkSchemas(chart, values);
  checkKubeVersion(chart, capabilities.kubeVersion);
  const files = templatesOf(options, { chart, values, capabilities });
  const notes = takeNotes(files, chart.metadata.name, options.subNotes ?? false);
  const sorted = sortManifests(files, warn);
  const crds = crdsOf(chart);
  const manifest = releaseManifest(sorted, options.includeCrds ? crds : []);
  const text = templateText(manifest, sorted, options);
  return { ...sorted, crds, notes, manifest, text, config: plainTable(config), chart, warnings };
}

function templatesOf(
  options: RenderOptions,
  { chart, values, capabilities }: { chart: Chart; values: ValueMap; capabilities: Capabilities },
): Map<string, string> {
  const { clock = systemClock, random = systemRandom } = options;
  return renderTemplates({
    chart,
    values,
    surroundings: {
      release: releaseValue(options.release),
      capabilities: capabilitiesValue(capabilities),
    },
    functions: engineFunctions(helmFunctions({ clock, random }), options.lookup),
    limits: { ...LIMITS, ...options.limits },
  });
}

/** Files below `crds/` of a chart and its subcharts. */
function crdsOf(chart: Chart): RenderedCrd[] {
  const own = chart.files
    .filter(({ name }) => name.startsWith('crds/') && /\.(ya?ml|json)$/i.test(name))
    .map(({ name, data }) => ({ source: `${fullPath(chart)}/${name}`, content: fromBytes(data) }));
  return [...own, ...chart.dependencies.flatMap(crdsOf)];
}

/** Says what was being done, in Helm's words, and which chart it was. */
function wording<T>(prefix: string, chart: Chart, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ChartError) throw error;
    throw new ChartError('ValuesInvalid', chart.metadata.name, `${prefix}${(error as Error).message}`);
  }
}
