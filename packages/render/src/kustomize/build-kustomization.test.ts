import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readerOf } from '../files.fixture.ts';
import { loadChart } from '../helm/load/load-chart.ts';
import { renderChart } from '../helm/render-chart.ts';
import { RenderError } from '../yaml/parse-yaml.ts';
import { buildKustomization } from './build-kustomization.ts';
import { allCases, type Case } from './cases.fixture.ts';
import type { HelmInflate, KustomizeInput } from './kustomize-input.ts';

/** Charts through our own renderer. */
const helm: HelmInflate = {
  valuesOf: async () => undefined,
  render: async ({ local, releaseName = 'release-name', namespace = 'default', ...chart }) => {
    assert.ok(local, 'charts of these cases are at hand');
    const rendered = renderChart({
      chart: await loadChart(local.reader, local.path),
      values: { files: chart.values.map((text, index) => ({ name: `values ${index}`, text })) },
      release: { name: releaseName, namespace },
      capabilities: {
        apiVersions: chart.apiVersions,
        ...(chart.kubeVersion ? { kubeVersion: chart.kubeVersion } : {}),
      },
      includeCrds: chart.includeCRDs,
      noHooks: chart.skipHooks,
      skipTests: chart.skipTests,
    });
    return rendered.text;
  },
};

/** What a build writes to its two outputs, as the command does. */
async function outputs({ files, build, flags }: Case): Promise<{ stdout: string; stderr: string }> {
  try {
    const options: KustomizeInput['options'] = {
      rootName: '/src',
      enableHelm: flags.includes('--enable-helm'),
      loadRestrictor: flags.includes('LoadRestrictionsNone') ? 'none' : 'rootOnly',
    };
    const { text, warnings } = await buildKustomization({
      reader: readerOf(files),
      path: build,
      options,
      helm,
    });
    return { stdout: text, stderr: warnings.map(each => `${each}\n`).join('') };
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return { stdout: '', stderr: `Error: ${error.message.slice(error.file.length + 2)}\n` };
  }
}

/** Errors come behind warnings, which an error does not carry. */
function errorOf(stderr: string): string {
  const at = stderr.indexOf('Error: ');
  return at < 0 ? stderr : `${stderr.slice(at).trimEnd()}\n`;
}

for (const each of allCases()) {
  test(`buildKustomization() does as kustomize does: ${each.topic}: ${each.because}`, async () => {
    const { stdout, stderr } = await outputs(each);
    assert.equal(errorOf(stderr), errorOf(each.stderr));
    assert.equal(stdout, each.stdout);
  });
}
