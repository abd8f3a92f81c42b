import { age, type Cells, count, get, list, name, shortened, text } from './cell.ts';

/** Reference, targets as `cpu: 20%/80%`, bounds and replicas. */
export function autoscalerCells(object: unknown, now: number): Cells {
  return [
    name(object),
    `${text(object, 'spec.scaleTargetRef.kind')}/${text(object, 'spec.scaleTargetRef.name')}`,
    targets(object),
    text(object, 'spec.minReplicas', '<unset>'),
    count(object, 'spec.maxReplicas'),
    count(object, 'status.currentReplicas'),
    age(object, now),
  ];
}

function targets(object: unknown): string {
  const old = get(object, 'spec.targetCPUUtilizationPercentage');
  const current = get(object, 'status.currentCPUUtilizationPercentage');
  if (old !== undefined) return `cpu: ${current === undefined ? '<unknown>' : `${current}%`}/${old}%`;
  const metrics = list(object, 'spec.metrics');
  if (metrics.length === 0) return '<none>';
  const statuses = list(object, 'status.currentMetrics');
  return shortened(
    metrics.map((metric, index) => target(metric, statuses[index])),
    2,
    ', ',
  );
}

const SOURCES: Record<string, string> = {
  External: 'external',
  Pods: 'pods',
  Object: 'object',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};

function target(metric: unknown, status: unknown): string {
  const source = SOURCES[text(metric, 'type')];
  if (!source) return '<unknown type>';
  const wanted = get(metric, `${source}.target`);
  const current = get(status, `${source}.current`);
  const average = get(wanted, 'averageValue');
  if (source === 'pods')
    return `${text(current, 'averageValue', '<unknown>')}/${text(wanted, 'averageValue')}`;
  if (source === 'external' || source === 'object') {
    return average === undefined
      ? `${text(current, 'value', '<unknown>')}/${text(wanted, 'value')}`
      : `${text(current, 'averageValue', '<unknown>')}/${average} (avg)`;
  }
  const resource = text(metric, `${source}.name`);
  if (average !== undefined) return `${resource}: ${text(current, 'averageValue', '<unknown>')}/${average}`;
  return `${resource}: ${percent(current, '<unknown>')}/${percent(wanted, '<auto>')}`;
}

function percent(found: unknown, missing: string): string {
  const value = get(found, 'averageUtilization');
  return value === undefined ? missing : `${value}%`;
}
