import { load } from 'js-yaml';
import { deref, type Fields, fields, lineOf, list, type SchemaLine, string } from './schema-lines.ts';

export interface Parameter {
  name: string;
  /** `path`, `query`, `header`, `cookie`. */
  in: string;
  required: boolean;
  type: string;
  description: string;
}

export interface Operation {
  method: string;
  path: string;
  summary: string;
  description: string;
  deprecated: boolean;
  parameters: Parameter[];
  body: Content[];
  responses: { status: string; description: string; content: Content[] }[];
}

export interface Content {
  media: string;
  schema: SchemaLine;
}

/** What the viewer shows of an OpenAPI document. */
export interface ApiDocument {
  title: string;
  version: string;
  description: string;
  /** Operations by their first tag, in the order of the document. */
  groups: { tag: string; operations: Operation[] }[];
  schemas: SchemaLine[];
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
/**
 * Reads OpenAPI 3 or Swagger 2, as YAML or JSON.
 * @throws Error that says what is wrong with the text
 */
export function readOpenApi(text: string): ApiDocument {
  const root = fields(load(text));
  if (root.openapi === undefined && root.swagger === undefined)
    throw new Error('it has neither "openapi" nor "swagger" at its top, so it is no OpenAPI document');
  const info = fields(root.info);
  const groups = new Map<string, Operation[]>();
  for (const [path, item] of Object.entries(fields(root.paths))) {
    const shared = fields(deref(root, item));
    for (const method of METHODS) {
      if (shared[method] === undefined) continue;
      const operation = fields(shared[method]);
      const tag = string(list(operation.tags)[0]) || 'operations';
      const read = operationOf(root, { method, path, operation, shared });
      groups.set(tag, [...(groups.get(tag) ?? []), read]);
    }
  }
  const schemas = fields(fields(root.components).schemas ?? root.definitions);
  return {
    title: string(info.title),
    version: string(info.version),
    description: string(info.description),
    groups: [...groups].map(([tag, operations]) => ({ tag, operations })),
    schemas: Object.entries(schemas).map(([name, schema]) => lineOf(root, { name, schema, seen: [] })),
  };
}

interface Reading {
  method: string;
  path: string;
  operation: Fields;
  shared: Fields;
}

function operationOf(root: Fields, { method, path, operation, shared }: Reading): Operation {
  const given = [...list(shared.parameters), ...list(operation.parameters)].map(each =>
    fields(deref(root, each)),
  );
  // Swagger 2 has the body among the parameters.
  const inBody = given.filter(each => each.in === 'body');
  const body = inBody.map(each => ({
    media: 'application/json',
    schema: lineOf(root, { name: '', schema: each.schema, seen: [] }),
  }));
  return {
    method: method.toUpperCase(),
    path,
    summary: string(operation.summary),
    description: string(operation.description),
    deprecated: operation.deprecated === true,
    parameters: given.filter(each => each.in !== 'body').map(each => parameterOf(root, each)),
    body: [...body, ...contentOf(root, fields(deref(root, operation.requestBody)))],
    responses: Object.entries(fields(operation.responses)).map(([status, response]) => {
      const answer = fields(deref(root, response));
      return { status, description: string(answer.description), content: contentOf(root, answer) };
    }),
  };
}

function parameterOf(root: Fields, parameter: Fields): Parameter {
  return {
    name: string(parameter.name),
    in: string(parameter.in),
    required: parameter.required === true,
    type: lineOf(root, { name: '', schema: parameter.schema ?? parameter, seen: [] }).type,
    description: string(parameter.description),
  };
}

function contentOf(root: Fields, holder: Fields): Content[] {
  const media = Object.entries(fields(holder.content)).map(([type, each]): [string, unknown] => [
    type,
    fields(each).schema,
  ]);
  const all = holder.schema === undefined ? media : [['application/json', holder.schema], ...media];
  return (all as [string, unknown][]).map(([type, schema]) => ({
    media: type,
    schema: lineOf(root, { name: '', schema, seen: [] }),
  }));
}
