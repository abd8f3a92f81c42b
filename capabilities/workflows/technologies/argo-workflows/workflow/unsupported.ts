import type { Artifact, Template, WorkflowSpec } from '../model.ts';

/** Why a field is refused, by field; a workflow that has one ends at once with all of them named. */
const WORKFLOW_FIELDS: Record<string, string> = {
  volumeClaimTemplates: 'there are no volume claims',
  executorPlugins: 'executor plugins do not run',
  resourceClaims: 'there are no device claims',
  artifactRepositoryRef: 'artifacts are kept by this engine',
};

const TEMPLATE_FIELDS: Record<string, string> = {
  http: 'HTTP templates do not run; use a container',
  data: 'data templates do not run',
  plugin: 'plugin templates do not run',
  memoize: 'results are not memoized',
  resourceClaims: 'there are no device claims',
};

/** Fields of the workflow that this engine does not do. */
export function workflowRefusals(spec: WorkflowSpec): string[] {
  const fields = refusals(spec, WORKFLOW_FIELDS, 'spec');
  const claims = (spec.volumes ?? []).filter(volume => volume.persistentVolumeClaim !== undefined);
  if (claims.length > 0)
    fields.push('spec.volumes: persistentVolumeClaim is not supported: there are no volume claims');
  if (
    spec.artifactGC !== undefined &&
    (spec.artifactGC as { strategy?: string }).strategy === 'OnWorkflowCompletion'
  ) {
    fields.push('spec.artifactGC: OnWorkflowCompletion is not supported: artifacts go with their workflow');
  }
  return [...fields, ...synchronizationRefusals(spec, 'spec')];
}

/** Fields of a template that this engine does not do. */
export function templateRefusals(template: Template): string[] {
  const fields = refusals(template, TEMPLATE_FIELDS, '');
  if (template.containerSet !== undefined)
    fields.push('containerSet is not supported: use a DAG of containers');
  if (template.resource?.manifestFrom !== undefined)
    fields.push('resource.manifestFrom is not supported: put the manifest into resource.manifest');
  const filters = (template.outputs?.parameters ?? []).filter(
    ({ valueFrom }) => valueFrom?.jqFilter !== undefined && !/^\.[\w.[\]]*$/.test(valueFrom.jqFilter),
  );
  for (const { name } of filters)
    fields.push(
      `outputs.parameters.${name}.valueFrom.jqFilter is supported for plain paths only; use jsonPath`,
    );
  for (const artifact of template.outputs?.artifacts ?? []) {
    if (artifact.archive?.zip)
      fields.push(`outputs.artifacts.${artifact.name}.archive.zip is not supported; use tar or none`);
  }
  return [...fields, ...synchronizationRefusals(template, '')];
}

function refusals(source: Record<string, unknown>, reasons: Record<string, string>, where: string): string[] {
  return Object.entries(reasons)
    .filter(([field]) => source[field] !== undefined && !isEmpty(source[field]))
    .map(([field, reason]) => `${where ? `${where}.` : ''}${field} is not supported: ${reason}`);
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function synchronizationRefusals(source: WorkflowSpec | Template, where: string): string[] {
  const { semaphore, semaphores = [], mutex, mutexes = [] } = source.synchronization ?? {};
  const databases = [semaphore, ...semaphores, mutex, ...mutexes].filter(lock => lock?.database);
  return databases.length > 0
    ? [
        `${where ? `${where}.` : ''}synchronization with database is not supported: locks are kept in this process`,
      ]
    : [];
}

/** Whether this engine can read an artifact from there: `s3` means its own store, so only a bare key. */
export function isServedLocation(artifact: Artifact, location: string): boolean {
  if (location === 'raw' || location === 'http') return artifact.http?.auth === undefined;
  if (location === 'git') {
    const { git } = artifact;
    return !git?.usernameSecret && !git?.passwordSecret && !git?.sshPrivateKeySecret;
  }
  return location === 's3' && artifact.s3?.bucket === undefined && artifact.s3?.endpoint === undefined;
}
