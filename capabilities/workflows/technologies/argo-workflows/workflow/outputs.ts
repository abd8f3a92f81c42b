import { SlipwayError } from '@slipway/api';
import { evaluate, UnresolvedName } from '../expression/evaluate.ts';
import { printed } from '../expression/functions.ts';
import { type Call, type NodeStatus, type Outputs, type Parameter, type Template, textOf } from '../model.ts';
import { nested, substitute } from '../substitution/substitute.ts';
import { resolveArtifact } from './arguments.ts';
import { type Origin, type Run, resolveTemplate } from './run.ts';
import type { Scope } from './variables.ts';

/** Outputs of a steps or DAG template, taken from what its children put out (getTemplateOutputsFromScope). */
export function outputsFromScope(run: Run, template: Template, scope: Scope): Outputs | undefined {
  const parameters = (template.outputs?.parameters ?? []).flatMap(parameter =>
    fromScope(run, parameter, scope),
  );
  const artifacts = (template.outputs?.artifacts ?? []).flatMap(artifact => {
    const resolved = resolveArtifact(run, artifact, scope);
    return resolved.map(({ path: _path, optional: _optional, ...rest }) => rest);
  });
  if (parameters.length === 0 && artifacts.length === 0) return undefined;
  return { ...(parameters.length > 0 ? { parameters } : {}), ...(artifacts.length > 0 ? { artifacts } : {}) };
}

function fromScope(run: Run, parameter: Parameter, scope: Scope): Parameter[] {
  const variables = { ...run.globals, ...scope.variables };
  const { name, globalName, valueFrom } = parameter;
  const rest = { name, ...(globalName ? { globalName } : {}) };
  const fallback = textOf(valueFrom?.default);
  if (valueFrom?.expression !== undefined) {
    const value = expressionValue(valueFrom.expression, nested(variables), run.world.now) ?? fallback;
    return value === undefined ? [] : [{ ...rest, value }];
  }
  const reference = valueFrom?.parameter ?? textOf(parameter.value);
  if (reference === undefined) return [];
  const value = substitute(reference, variables, { strict: false, now: run.world.now });
  if (!/\{\{.*\}\}/s.test(value)) return [{ ...rest, value }];
  if (fallback !== undefined) return [{ ...rest, value: fallback }];
  throw new SlipwayError('UnresolvedVariable', `failed to resolve ${value}`);
}

function expressionValue(source: string, values: Record<string, unknown>, now: number): string | undefined {
  try {
    return printed(evaluate(source, { values, now }));
  } catch (error) {
    if (error instanceof UnresolvedName) return undefined;
    throw error;
  }
}

/** Outputs with a `globalName` become outputs of the workflow (addOutputsToGlobalScope). */
export function exportGlobals(run: Run, outputs: Outputs | undefined): void {
  for (const parameter of outputs?.parameters ?? []) {
    const { globalName, value } = parameter;
    if (!globalName) continue;
    run.globals[`workflow.outputs.parameters.${globalName}`] = textOf(value) ?? '';
    const others = (run.status.outputs?.parameters ?? []).filter(({ name }) => name !== globalName);
    run.status.outputs = {
      ...run.status.outputs,
      parameters: [...others, { name: globalName, value: value ?? '' }],
    };
  }
  for (const artifact of outputs?.artifacts ?? []) {
    const { globalName, ...rest } = artifact;
    if (!globalName) continue;
    run.globalArtifacts[`workflow.outputs.artifacts.${globalName}`] = artifact;
    const others = (run.status.outputs?.artifacts ?? []).filter(({ name }) => name !== globalName);
    run.status.outputs = { ...run.status.outputs, artifacts: [...others, { ...rest, name: globalName }] };
  }
}

/** Outputs a skipped or omitted node still has: the defaults of its template. */
export function setDefaultOutputs(run: Run, node: NodeStatus, call: Call, origin: Origin): void {
  const template = templateOf(run, call, origin);
  const parameters = (template?.outputs?.parameters ?? []).flatMap(({ name, valueFrom }) => {
    const value = textOf(valueFrom?.default);
    return value === undefined ? [] : [{ name, value }];
  });
  if (parameters.length > 0) node.outputs = { ...node.outputs, parameters };
}

function templateOf(run: Run, call: Call, origin: Origin): Template | undefined {
  try {
    return resolveTemplate(run, call, origin).template;
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
