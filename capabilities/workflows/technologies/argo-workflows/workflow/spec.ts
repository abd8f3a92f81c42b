import { SlipwayError } from '@slipway/api';
import type { ArgoWorkflow, Arguments, Template, WorkflowSpec, WorkflowStatus } from '../model.ts';
import type { World } from './run.ts';

/**
 * The spec a workflow runs by: its own, over that of the WorkflowTemplate it refers to (which is stored in the
 * status, so that a run does not change under way).
 * @throws SlipwayError UnknownTemplate
 */
export function effectiveSpec(
  workflow: ArgoWorkflow,
  status: WorkflowStatus,
  world: Pick<World, 'template'>,
): { spec: WorkflowSpec; stored?: WorkflowSpec } {
  const own = workflow.spec;
  const reference = own.workflowTemplateRef;
  if (!reference?.name) return { spec: own };
  const base =
    status.storedWorkflowTemplateSpec ??
    world.template({ name: reference.name, clusterScope: reference.clusterScope === true })?.spec;
  if (!base) {
    const kind = reference.clusterScope ? 'clusterworkflowtemplates' : 'workflowtemplates';
    throw new SlipwayError('UnknownTemplate', `${kind}.argoproj.io "${reference.name}" not found`);
  }
  const spec: WorkflowSpec = {
    ...base,
    ...own,
    arguments: mergeArguments(base.arguments, own.arguments),
    templates: mergeTemplates(base.templates ?? [], own.templates ?? []),
    entrypoint: own.entrypoint ?? base.entrypoint ?? '',
  };
  delete spec.workflowTemplateRef;
  return { spec, stored: base };
}

/** Own arguments win; an argument without a value takes the template's. */
function mergeArguments(base: Arguments = {}, own: Arguments = {}): Arguments {
  const merge = <T extends { name: string }>(theirs: T[] = [], ours: T[] = []): T[] => {
    const names = new Set(theirs.map(({ name }) => name));
    const merged = theirs.map(entry => ({ ...entry, ...ours.find(({ name }) => name === entry.name) }));
    return [...merged, ...ours.filter(({ name }) => !names.has(name))];
  };
  return {
    parameters: merge(base.parameters, own.parameters),
    artifacts: merge(base.artifacts, own.artifacts),
  };
}

function mergeTemplates(base: Template[], own: Template[]): Template[] {
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...base.filter(({ name }) => !names.has(name))];
}
