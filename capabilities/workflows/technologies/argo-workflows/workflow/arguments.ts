import { SlipwayError } from '@slipway/api';
import { evaluate } from '../expression/evaluate.ts';
import {
  type Arguments,
  type Artifact,
  type Inputs,
  type Parameter,
  type Template,
  textOf,
} from '../model.ts';
import { nested, substitute, type Variables } from '../substitution/substitute.ts';
import { NeedsConfigMap, type Run } from './run.ts';
import type { Scope } from './variables.ts';

/**
 * The template as this call runs it: inputs filled from arguments and defaults, then all variables replaced
 * (Argo's ProcessArgs).
 * @throws SlipwayError MissingInput when nothing supplies an input
 */
export function processTemplate(run: Run, template: Template, args: Arguments, locals: Variables): Template {
  const options = { strict: false, now: run.world.now };
  const withGlobals = substitute(template, { ...run.globals, ...locals }, options);
  const inputs = fillInputs(run, withGlobals.inputs ?? {}, args);
  const variables = { ...run.globals, ...locals, ...inputVariables(inputs, withGlobals) };
  const processed = substitute({ ...withGlobals, inputs: {} }, variables, options);
  return { ...processed, inputs: substitute(inputs, variables, options) };
}

function fillInputs(run: Run, inputs: Inputs, args: Arguments): Inputs {
  const parameters = inputs.parameters?.map(parameter => fillParameter(run, parameter, args));
  const artifacts = inputs.artifacts?.flatMap(artifact => fillArtifact(artifact, args));
  return { ...(parameters ? { parameters } : {}), ...(artifacts ? { artifacts } : {}) };
}

function fillParameter(run: Run, parameter: Parameter, args: Arguments): Parameter {
  const { valueFrom, ...rest } = parameter;
  const argument = args.parameters?.find(candidate => candidate.name === parameter.name);
  const value =
    textOf(argument && parameterValue(run, argument)) ??
    textOf(parameter.value) ??
    configured(run, valueFrom) ??
    textOf(parameter.default);
  if (value === undefined)
    throw new SlipwayError('MissingInput', `inputs.parameters.${parameter.name} was not supplied`);
  return { ...rest, value };
}

/** The value of an argument, which may come from a ConfigMap or an expression. */
export function parameterValue(run: Run, parameter: Parameter): string | undefined {
  const { valueFrom } = parameter;
  const direct = textOf(parameter.value) ?? configured(run, valueFrom);
  if (direct !== undefined) return direct;
  if (valueFrom?.expression !== undefined) {
    return textOf(evaluate(valueFrom.expression, { values: nested(run.globals), now: run.world.now }));
  }
  return textOf(valueFrom?.default) ?? textOf(parameter.default);
}

function configured(run: Run, valueFrom: Parameter['valueFrom']): string | undefined {
  const reference = valueFrom?.configMapKeyRef;
  if (!reference) return undefined;
  const options = { strict: false, now: run.world.now };
  const { name = '', key, optional } = substitute(reference, run.globals, options);
  const data = run.world.configMaps.get(name);
  if (data === undefined) throw new NeedsConfigMap(name);
  const value = data?.[key] ?? textOf(valueFrom?.default);
  if (value !== undefined || optional) return value;
  throw new SlipwayError('MissingInput', `ConfigMap '${name}' does not have the key '${key}'`);
}

function fillArtifact(input: Artifact, args: Arguments): Artifact[] {
  const argument = args.artifacts?.find(candidate => candidate.name === input.name);
  if (argument && hasLocation(argument)) {
    const { path: _path, from: _from, ...location } = argument;
    const place = Object.fromEntries(Object.entries(input).filter(([field]) => !LOCATIONS.includes(field)));
    return [{ ...location, ...place, name: input.name }];
  }
  if (hasLocation(input)) return [input];
  if (input.optional) return [];
  throw new SlipwayError('MissingInput', `inputs.artifacts.${input.name} was not supplied`);
}

/** Every place upstream can read an artifact from; those this engine cannot are refused by name in validation. */
export const LOCATIONS = ['raw', 'git', 'http', 's3', 'gcs', 'oss', 'hdfs', 'artifactory', 'azure', 'plugin'];

export function hasLocation(artifact: Artifact): boolean {
  return LOCATIONS.some(location => artifact[location] !== undefined);
}

function inputVariables(inputs: Inputs, template: Template): Variables {
  const variables: Variables = {};
  const list = (inputs.parameters ?? []).map(({ name, value }) => ({ name, value: textOf(value) ?? '' }));
  variables['inputs.parameters'] = JSON.stringify(list);
  for (const { name, value } of list) variables[`inputs.parameters.${name}`] = value;
  for (const { name, path } of inputs.artifacts ?? [])
    if (path) variables[`inputs.artifacts.${name}.path`] = path;
  for (const { name, path } of template.outputs?.artifacts ?? [])
    if (path) variables[`outputs.artifacts.${name}.path`] = path;
  for (const { name, valueFrom } of template.outputs?.parameters ?? []) {
    if (valueFrom?.path) variables[`outputs.parameters.${name}.path`] = valueFrom.path;
  }
  return variables;
}

/** Arguments as a call gives them: `from` and expressions resolved in its scope. */
export function resolveArguments(run: Run, args: Arguments | undefined, scope: Scope): Arguments {
  const parameters = args?.parameters
    ?.filter(parameter => !isOfSkipped(parameter, scope))
    .map(parameter => {
      const { expression } = parameter.valueFrom ?? {};
      if (expression === undefined) return parameter;
      const values = nested({ ...run.globals, ...scope.variables });
      return {
        name: parameter.name,
        value: textOf(evaluate(expression, { values, now: run.world.now })) ?? '',
      };
    });
  const artifacts = args?.artifacts?.flatMap(artifact => resolveArtifact(run, artifact, scope));
  return { ...(parameters ? { parameters } : {}), ...(artifacts ? { artifacts } : {}) };
}

/** Follows `from` or `fromExpression`; an optional artifact that is not there is left out. */
export function resolveArtifact(run: Run, artifact: Artifact, scope: Scope): Artifact[] {
  const { from, fromExpression, subPath, ...rest } = artifact;
  if (from === undefined && fromExpression === undefined) return [artifact];
  const all = { ...run.globalArtifacts, ...scope.artifacts };
  const found =
    from === undefined
      ? byExpression(run, fromExpression ?? '', scope, all)
      : all[from.replace(/^\{\{|\}\}$/g, '').trim()];
  if (!found) {
    if (artifact.optional) return [];
    throw new SlipwayError(
      'MissingArtifact',
      `unable to resolve references: Unable to resolve: ${from ?? fromExpression}`,
    );
  }
  const location = Object.fromEntries(
    Object.entries(found).filter(([field]) => LOCATIONS.includes(field) || field === 'archive'),
  );
  return [{ ...location, ...rest, ...(subPath ? { subPath } : {}) }];
}

/** The artifact an expression chooses: artifacts stand in it as their own names. */
function byExpression(
  run: Run,
  source: string,
  scope: Scope,
  all: Record<string, Artifact>,
): Artifact | undefined {
  const names = Object.fromEntries(Object.keys(all).map(name => [name, name]));
  const values = nested({ ...run.globals, ...scope.variables, ...names });
  return all[String(evaluate(source, { values, now: run.world.now }))];
}

/** A reference to outputs that a skipped node never made: the input's own default stands in for it. */
function isOfSkipped({ value }: Parameter, { variables }: Scope): boolean {
  const reference = /^\{\{\s*((?:steps|tasks)\.[\w-]+)\.outputs\.[^}]*\}\}$/.exec(textOf(value) ?? '');
  const status = reference ? variables[`${reference[1]}.status`] : undefined;
  return status === 'Skipped' || status === 'Omitted';
}
