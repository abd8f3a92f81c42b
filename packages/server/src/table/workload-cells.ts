import {
  age,
  type Cells,
  type CellsOf,
  containers,
  count,
  get,
  humanDuration,
  labels,
  list,
  name,
  selector,
  since,
  text,
} from './cell.ts';

const TEMPLATE = 'spec.template.spec.containers';

function ready(object: unknown): string {
  return `${count(object, 'status.readyReplicas')}/${count(object, 'spec.replicas')}`;
}

function deploymentCells(object: unknown, now: number): Cells {
  return [
    name(object),
    ready(object),
    count(object, 'status.updatedReplicas'),
    count(object, 'status.availableReplicas'),
    age(object, now),
    ...containers(object, TEMPLATE),
    selector(get(object, 'spec.selector'), ''),
  ];
}

function replicaSetCells(object: unknown, now: number): Cells {
  return [...replicaCells(object, now), selector(get(object, 'spec.selector'))];
}

function replicationControllerCells(object: unknown, now: number): Cells {
  return [...replicaCells(object, now), labels(get(object, 'spec.selector'))];
}

function replicaCells(object: unknown, now: number): Cells {
  return [
    name(object),
    count(object, 'spec.replicas'),
    count(object, 'status.replicas'),
    count(object, 'status.readyReplicas'),
    age(object, now),
    ...containers(object, TEMPLATE),
  ];
}

function statefulSetCells(object: unknown, now: number): Cells {
  return [name(object), ready(object), age(object, now), ...containers(object, TEMPLATE)];
}

function daemonSetCells(object: unknown, now: number): Cells {
  return [
    name(object),
    count(object, 'status.desiredNumberScheduled'),
    count(object, 'status.currentNumberScheduled'),
    count(object, 'status.numberReady'),
    count(object, 'status.updatedNumberScheduled'),
    count(object, 'status.numberAvailable'),
    labels(get(object, 'spec.template.spec.nodeSelector')),
    age(object, now),
    ...containers(object, TEMPLATE),
    selector(get(object, 'spec.selector')),
  ];
}

function jobCells(object: unknown, now: number): Cells {
  return [
    name(object),
    jobStatus(object),
    completions(object),
    jobDuration(object, now),
    age(object, now),
    ...containers(object, TEMPLATE),
    selector(get(object, 'spec.selector')),
  ];
}

function jobStatus(object: unknown): string {
  const holds = (type: string): boolean =>
    get(
      list(object, 'status.conditions').find(found => get(found, 'type') === type),
      'status',
    ) === 'True';
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (get(object, 'metadata.deletionTimestamp') !== undefined) return 'Terminating';
  if (holds('Suspended')) return 'Suspended';
  if (holds('FailureTarget')) return 'FailureTarget';
  return holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

function completions(object: unknown): string {
  const succeeded = count(object, 'status.succeeded');
  const wanted = get(object, 'spec.completions');
  if (wanted !== undefined) return `${succeeded}/${wanted}`;
  const parallel = count(object, 'spec.parallelism');
  return parallel > 1 ? `${succeeded}/1 of ${parallel}` : `${succeeded}/1`;
}

function jobDuration(object: unknown, now: number): string {
  const start = text(object, 'status.startTime');
  if (start === '') return '';
  const end = text(object, 'status.completionTime');
  return humanDuration((end === '' ? now : Date.parse(end)) - Date.parse(start));
}

function cronJobCells(object: unknown, now: number): Cells {
  const last = get(object, 'status.lastScheduleTime');
  const suspend = get(object, 'spec.suspend');
  return [
    name(object),
    text(object, 'spec.schedule'),
    text(object, 'spec.timeZone', '<none>'),
    suspend === undefined ? '<unset>' : suspend === true ? 'True' : 'False',
    list(object, 'status.active').length,
    last === undefined ? '<none>' : since(last, now),
    age(object, now),
    ...containers(object, 'spec.jobTemplate.spec.template.spec.containers'),
    selector(get(object, 'spec.jobTemplate.spec.selector')),
  ];
}

function controllerRevisionCells(object: unknown, now: number): Cells {
  const owner = list(object, 'metadata.ownerReferences').find(found => get(found, 'controller') === true);
  return [
    name(object),
    owner ? controllerText(owner) : '<none>',
    count(object, 'revision'),
    age(object, now),
  ];
}

function controllerText(owner: unknown): string {
  const [group = '', version] = text(owner, 'apiVersion').split('/');
  const kind = version === undefined ? text(owner, 'kind') : `${text(owner, 'kind')}.${group}`;
  return `${kind.toLowerCase()}/${text(owner, 'name')}`;
}

function podTemplateCells(object: unknown): Cells {
  return [
    name(object),
    ...containers(object, 'template.spec.containers'),
    labels(get(object, 'template.metadata.labels')),
  ];
}

function disruptionBudgetCells(object: unknown, now: number): Cells {
  return [
    name(object),
    text(object, 'spec.minAvailable', 'N/A'),
    text(object, 'spec.maxUnavailable', 'N/A'),
    count(object, 'status.disruptionsAllowed'),
    age(object, now),
  ];
}

/** Cells of apps, batch and policy kinds. */
export const WORKLOAD_CELLS: Record<string, CellsOf> = {
  'apps/controllerrevisions': controllerRevisionCells,
  'apps/daemonsets': daemonSetCells,
  'apps/deployments': deploymentCells,
  'apps/replicasets': replicaSetCells,
  'apps/statefulsets': statefulSetCells,
  'batch/cronjobs': cronJobCells,
  'batch/jobs': jobCells,
  '/podtemplates': podTemplateCells,
  '/replicationcontrollers': replicationControllerCells,
  'policy/poddisruptionbudgets': disruptionBudgetCells,
};
