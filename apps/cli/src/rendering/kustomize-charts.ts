import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  archiveFiles,
  type ChartFile,
  type HelmInflate,
  type HelmInflation,
  loadChartFiles,
  readChartFiles,
  renderChart,
} from '@slipway/render';
import { chartCache, fetchChart, resolveChart } from '@slipway/sources';
import { say } from '../output.ts';

type ChartPlace = Pick<HelmInflation, 'local' | 'name' | 'version' | 'repo'>;

async function filesOf({ local, name, version, repo = '' }: ChartPlace): Promise<ChartFile[]> {
  if (local) return readChartFiles(local.reader, local.path);
  const wanted = { repository: { url: repo, access: {}, passCredentials: false }, chart: name };
  const cache = chartCache(join(tmpdir(), `slipway-charts-${process.getuid?.() ?? 0}`));
  const exact = await resolveChart(wanted, version ?? '*');
  return archiveFiles((await fetchChart(wanted, exact, { cache })).bytes);
}

/** Renders the charts that a kustomization names, from its folder or from where they are kept. */
export const kustomizeCharts: HelmInflate = {
  valuesOf: async chart => {
    const files = await filesOf(chart);
    const data = files.find(({ name }) => name === 'values.yaml')?.data;
    return data && new TextDecoder().decode(data);
  },
  render: async chart => {
    const { releaseName, nameTemplate, namespace, values, apiVersions, kubeVersion } = chart;
    const rendered = renderChart({
      chart: loadChartFiles(await filesOf(chart), { warn: say }),
      values: { files: values.map((text, index) => ({ name: `values ${index + 1}`, text })) },
      release: { name: releaseName ?? nameTemplate ?? 'release-name', namespace: namespace ?? 'default' },
      capabilities: { apiVersions, ...(kubeVersion ? { kubeVersion } : {}) },
      includeCrds: chart.includeCRDs,
      noHooks: chart.skipHooks,
      skipTests: chart.skipTests,
    });
    return rendered.text;
  },
};
