import { quote } from '../go-template/quote.ts';
import type { Chart } from './chart.ts';
import { ChartError } from './chart-error.ts';
import { isCompatibleRange } from './load/compatible.ts';
import type { KubeVersion } from './render/kube-version.ts';
import type { Warn } from './values/coalesce.ts';

/** Dependencies that Chart.yaml names and `charts/` lacks. */
export function missingDependencies({ metadata, dependencies }: Chart): string[] {
  const names = new Set(dependencies.map(each => each.metadata.name));
  return (metadata.dependencies ?? []).map(({ name }) => name).filter(name => !names.has(name));
}

/**
 * What Helm asks of a chart before it renders it.
 * @throws ChartError ChartInvalid, DependencyMissing
 */
export function checkInstallable(chart: Chart, warn: Warn): void {
  const { name, type, deprecated } = chart.metadata;
  if (type !== '' && type !== 'application')
    throw new ChartError('ChartInvalid', name, `${type} charts are not installable`);
  if (deprecated) warn('this chart is deprecated');
  const missing = missingDependencies(chart);
  if (missing.length === 0) return;
  const message =
    "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch " +
    `missing dependencies: found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`;
  throw new ChartError('DependencyMissing', name, message);
}

const RELEASE_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LONGEST_NAME = 53;

/** @throws ChartError ValuesInvalid */
export function checkReleaseName(name: string): void {
  const problem = nameProblem(name);
  if (!problem) return;
  const message = `release name check failed: release name ${quote(name)}: ${problem}`;
  throw new ChartError('ValuesInvalid', 'release', message);
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'no name provided';
  if (name.length <= LONGEST_NAME && RELEASE_NAME.test(name)) return undefined;
  return `invalid release name, must match regex ${RELEASE_NAME.source} and the length must not be longer than ${LONGEST_NAME}`;
}

/** @throws ChartError ChartInvalid */
export function checkKubeVersion({ metadata }: Chart, version: KubeVersion): void {
  const { kubeVersion, name } = metadata;
  if (kubeVersion === '' || isCompatibleRange(kubeVersion, version.normalized)) return;
  const message = `chart requires kubeVersion: ${kubeVersion} which is incompatible with Kubernetes ${version.version}`;
  throw new ChartError('ChartInvalid', name, message);
}
