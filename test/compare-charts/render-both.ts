import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadChart, renderChart } from '@slipway/render';
import { localSource } from '../../apps/cli/src/local-source.ts';
import type { ValueSet } from './value-sets.ts';

/** What one of the tools gave: its output, or its mistake. */
export type Outcome = { text: string } | { error: string };

export async function renderOurs(chart: string, set: ValueSet): Promise<Outcome> {
  try {
    const { text } = renderChart({
      chart: await loadChart(localSource(chart), '.'),
      values: {
        files: set.files.map((text, index) => ({ name: `values-${index}.yaml`, text })),
        set: set.set,
      },
      release: { name: set.release, namespace: set.namespace, isUpgrade: set.isUpgrade },
      capabilities: {
        ...(set.kubeVersion ? { kubeVersion: set.kubeVersion } : {}),
        apiVersions: set.apiVersions ?? [],
      },
      includeCrds: set.includeCrds,
    });
    return { text };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

export function renderTheirs(helm: string, chart: string, set: ValueSet, folder: string): Outcome {
  const files = set.files.flatMap((text, index) => {
    const file = join(folder, `values-${index}.yaml`);
    writeFileSync(file, text);
    return ['-f', file];
  });
  const { status, stdout, stderr } = spawnSync(
    helm,
    [
      'template',
      set.release,
      chart,
      ...['-n', set.namespace],
      ...files,
      ...set.set.flatMap(each => ['--set', each]),
      ...(set.kubeVersion ? ['--kube-version', set.kubeVersion] : []),
      ...(set.apiVersions ?? []).flatMap(each => ['-a', each]),
      ...(set.isUpgrade ? ['--is-upgrade'] : []),
      ...(set.includeCrds ? ['--include-crds'] : []),
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status === 0) return { text: stdout };
  const message = stderr.slice(stderr.indexOf('Error: ') + 'Error: '.length);
  return { error: message.replace(/\n\nUse --debug flag.*/s, '').trimEnd() };
}
