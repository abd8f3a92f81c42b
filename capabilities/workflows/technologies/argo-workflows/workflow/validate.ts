import { messageOf, SlipwayError } from '@slipway/api';
import {
  type ArgoWorkflow,
  type Arguments,
  type Call,
  type Inputs,
  type Template,
  textOf,
  type WorkflowSpec,
} from '../model.ts';
import { hasLocation, LOCATIONS } from './arguments.ts';
import { dependencyNames, dependsOf } from './depends.ts';
import type { Run } from './run.ts';
import { isServedLocation, templateRefusals, workflowRefusals } from './unsupported.ts';

/**
 * What is wrong with a workflow, or uses what this engine does not do, in one sentence; undefined when it can run.
 * The rules are those of upstream's workflow/validate as far as they need no cluster.
 */
export function validate(run: Run, workflow: ArgoWorkflow): string | undefined {
  const name = workflow.metadata.name ?? '';
  try {
    if (name.length > 63)
      throw invalid(
        `workflow name ${JSON.stringify(name)} must not be more than 63 characters long (currently ${name.length})`,
      );
    validateSpec(run.spec, spec => run.world.template(spec) !== undefined);
    return undefined;
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return messageOf(error);
  }
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('InvalidWorkflow', message);
}

/**
 * Checks a whole spec.
 * @throws SlipwayError InvalidWorkflow, Unsupported, InvalidDepends
 */
function validateSpec(
  spec: WorkflowSpec,
  hasTemplate?: (ref: { name: string; clusterScope: boolean }) => boolean,
): void {
  const refusals = workflowRefusals(spec);
  if (refusals.length > 0) throw new SlipwayError('Unsupported', refusals.join('; '));
  const templates = spec.templates ?? [];
  checkUnique(
    templates.map(template => template.name ?? ''),
    'templates',
    true,
  );
  if (!spec.entrypoint) throw invalid('spec.entrypoint is required');
  const names = new Set(templates.map(template => template.name ?? ''));
  if (!names.has(spec.entrypoint))
    throw invalid(
      `spec.entrypoint '${spec.entrypoint}' is not defined: template reference ${spec.entrypoint} not found`,
    );
  if (spec.onExit && !names.has(spec.onExit))
    throw invalid(`spec.onExit: template reference ${spec.onExit} not found`);
  checkArguments(spec.arguments);
  for (const template of templates) validateTemplate(template, names, hasTemplate);
}

function checkArguments(args: Arguments | undefined): void {
  checkUnique(
    (args?.parameters ?? []).map(({ name }) => name),
    'spec.arguments.parameters',
  );
  for (const parameter of args?.parameters ?? []) {
    const given =
      parameter.value !== undefined || parameter.valueFrom !== undefined || parameter.default !== undefined;
    if (!given)
      throw invalid(
        `spec.arguments.${parameter.name}.value or spec.arguments.${parameter.name}.valueFrom is required`,
      );
    const { enum: allowed, value } = parameter;
    if (allowed && value !== undefined && !allowed.map(textOf).includes(textOf(value))) {
      throw invalid(
        `spec.arguments.${parameter.name}.value should be present in spec.arguments.${parameter.name}.enum list`,
      );
    }
  }
}

function checkUnique(names: string[], where: string, mayBeEmpty = false): void {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (name === '' && !mayBeEmpty) throw invalid(`${where}[${index}].name is required`);
    if (seen.has(name)) throw invalid(`${where}[${index}].name '${name}' is not unique`);
    seen.add(name);
  }
}

const TYPES = [
  'container',
  'containerSet',
  'steps',
  'dag',
  'script',
  'resource',
  'data',
  'suspend',
  'http',
  'plugin',
] as const;

/** Checks one template and what it calls. */
export function validateTemplate(
  template: Template,
  names: Set<string>,
  hasTemplate?: (ref: { name: string; clusterScope: boolean }) => boolean,
): void {
  const where = `templates.${template.name ?? '(inline)'}`;
  const refusals = templateRefusals(template);
  if (refusals.length > 0) throw new SlipwayError('Unsupported', `${where}: ${refusals.join('; ')}`);
  const types = TYPES.filter(type => template[type] !== undefined);
  if (types.length !== 1) {
    const found = types.length === 0 ? 'none of them was found' : `found ${types.join(', ')}`;
    throw invalid(`${where} must define exactly one of ${TYPES.join(', ')}; ${found}`);
  }
  checkInputs(template.inputs, where);
  checkOutputs(template, where);
  if (template.resource) checkResource(template.resource, where);
  const calls = template.dag?.tasks ?? template.steps?.flat() ?? [];
  checkCalls(calls, where, names, hasTemplate);
  if (template.dag) checkDag(template.dag, where);
}

function checkInputs(inputs: Inputs | undefined, where: string): void {
  checkUnique(
    (inputs?.parameters ?? []).map(({ name }) => name),
    `${where}.inputs.parameters`,
  );
  checkUnique(
    (inputs?.artifacts ?? []).map(({ name }) => name),
    `${where}.inputs.artifacts`,
  );
  for (const artifact of inputs?.artifacts ?? []) {
    const location = LOCATIONS.find(field => artifact[field] !== undefined);
    if (location && !isServedLocation(artifact, location)) {
      throw new SlipwayError(
        'Unsupported',
        `${where}.inputs.artifacts.${artifact.name}.${location} is not supported`,
      );
    }
  }
}

function checkOutputs(template: Template, where: string): void {
  for (const artifact of template.outputs?.artifacts ?? []) {
    if (!hasLocation(artifact)) continue;
    const location = LOCATIONS.find(field => artifact[field] !== undefined) ?? '';
    if (location === 's3' && isServedLocation(artifact, location)) continue;
    throw new SlipwayError(
      'Unsupported',
      `${where}.outputs.artifacts.${artifact.name}.${location} is not supported: artifacts are kept by this engine`,
    );
  }
  for (const parameter of template.outputs?.parameters ?? []) {
    const given = parameter.valueFrom !== undefined || parameter.value !== undefined;
    if (!given) throw invalid(`${where}.outputs.parameters.${parameter.name}.valueFrom is required`);
  }
}

function checkResource(resource: NonNullable<Template['resource']>, where: string): void {
  const actions = ['get', 'create', 'apply', 'delete', 'replace', 'patch'];
  if (!actions.includes(resource.action) && !resource.action.includes('{{'))
    throw invalid(`${where}.resource.action must be one of ${actions.join(', ')}`);
}

const CALL_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

function checkCalls(
  calls: Call[],
  where: string,
  names: Set<string>,
  hasTemplate?: (ref: { name: string; clusterScope: boolean }) => boolean,
): void {
  checkUnique(
    calls.map(({ name }) => name),
    `${where}.${'steps'}`,
  );
  for (const call of calls) {
    const place = `${where}.${call.name}`;
    if (!CALL_NAME.test(call.name))
      throw invalid(
        `${place}: name ${JSON.stringify(call.name)} is invalid: letters, digits, '-' and '_' only`,
      );
    if (call.inline)
      validateTemplate(
        { ...call.inline, name: call.inline.name ?? `${call.name}.inline` },
        names,
        hasTemplate,
      );
    const reference = call.templateRef;
    if (reference && hasTemplate && !reference.name?.includes('{{')) {
      const found = hasTemplate({
        name: reference.name ?? '',
        clusterScope: reference.clusterScope === true,
      });
      const kind = reference.clusterScope ? 'clusterworkflowtemplates' : 'workflowtemplates';
      if (!found) throw invalid(`${place}: ${kind}.argoproj.io "${reference.name}" not found`);
    }
    if (call.template && !call.template.includes('{{') && !names.has(call.template))
      throw invalid(`${place}: template name '${call.template}' undefined`);
    const kinds = [call.template, call.templateRef, call.inline].filter(Boolean).length;
    if (kinds !== 1) throw invalid(`${place}: exactly one of template, templateRef, inline is required`);
    const loops = [call.withItems, call.withParam, call.withSequence].filter(
      value => value !== undefined,
    ).length;
    if (loops > 1) throw invalid(`${place}: only one of withItems, withParam, withSequence is allowed`);
  }
}

function checkDag(dag: NonNullable<Template['dag']>, where: string): void {
  const tasks = new Map(dag.tasks.map(task => [task.name, task]));
  const needs = new Map(dag.tasks.map(task => [task.name, dependencyNames(dependsOf(task, tasks))]));
  for (const task of dag.tasks) {
    if (task.depends !== undefined && task.dependencies)
      throw invalid(`${where} cannot use both 'depends' and 'dependencies' in the same DAG template`);
    const missing = needs.get(task.name)?.find(name => !tasks.has(name));
    if (missing) throw invalid(`${where}.tasks.${task.name} dependency '${missing}' not defined`);
  }
  for (const target of dag.target?.trim().split(/\s+/) ?? []) {
    if (target && !target.includes('{{') && !tasks.has(target))
      throw invalid(`${where}.targets target '${target}' is not defined`);
  }
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string, path: string[]): void => {
    if (state.get(name) === 'done') return;
    if (state.get(name) === 'open')
      throw invalid(`${where}.tasks dependency cycle detected: ${[...path, name].join('->')}`);
    state.set(name, 'open');
    for (const next of needs.get(name) ?? []) visit(next, [...path, name]);
    state.set(name, 'done');
  };
  for (const name of needs.keys()) visit(name, []);
}

/** What is accepted but does less here than upstream, in sentences for the condition SpecWarning. */
export function specWarnings(spec: WorkflowSpec): string[] {
  const warnings = new Set<string>();
  const templates = [...(spec.templates ?? []), ...(spec.templateDefaults ? [spec.templateDefaults] : [])];
  if (spec.metrics || templates.some(template => template.metrics)) warnings.add('metrics are not emitted');
  if (spec.podDisruptionBudget)
    warnings.add('podDisruptionBudget has no effect: nothing drains the one node');
  if (templates.some(template => template.retryStrategy?.affinity))
    warnings.add('retryStrategy.affinity has no effect: there is one node');
  if (spec.archiveLogs === false) warnings.add('archiveLogs: false has no effect: logs are kept');
  return [...warnings];
}
