import type { ResourceInfo, Schema } from '../schema/index.ts';
import { ANSWERS, type Operation, type PathItem, parameterOf, splitParameters } from './operation.ts';
import { pathsOf } from './paths.ts';
import { definitionsFor, toV2 } from './published.ts';
import type { Steps } from './steps.ts';

/** The OpenAPI v2 document of everything that is served. */
export function* documentV2(groups: ResourceInfo[][]): Steps<unknown> {
  const items: PathItem[] = [];
  for (const group of groups) {
    items.push(...pathsOf(group));
    yield;
  }
  const found = yield* definitionsFor(groups.flat(), items);
  const paths: Record<string, unknown> = {};
  for (const item of items) {
    paths[item.path] = pathItem(item);
    yield;
  }
  const definitions: Record<string, unknown> = {};
  for (const name of Object.keys(found).sort()) {
    definitions[name] = yield* definitionV2(found[name] ?? {});
    yield;
  }
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: '1.36' },
    paths,
    definitions,
    securityDefinitions: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
    security: [{ BearerToken: [] }],
  };
}

/** kubectl takes the fields of a kind for all there are: of one that keeps unknown ones it is told none. */
function* definitionV2(schema: Schema): Steps<unknown> {
  const kinds = schema['x-kubernetes-group-version-kind'];
  if (!kinds || !schema['x-kubernetes-preserve-unknown-fields']) return yield* toV2(schema);
  return { type: 'object', 'x-kubernetes-group-version-kind': kinds };
}

function pathItem(item: PathItem): unknown {
  const { shared, own } = splitParameters(item);
  const operations = item.operations.map((operation, index) => [
    operation.method,
    operationV2(operation, own[index] ?? []),
  ]);
  return {
    ...Object.fromEntries(operations),
    ...(shared.length > 0 ? { parameters: shared.map(parameter) } : {}),
  };
}

function parameter(text: string): unknown {
  return { uniqueItems: true, ...parameterOf(text) };
}

function operationV2(operation: Operation, parameters: string[]): unknown {
  const { tag, id, action, target, body, answers } = operation;
  const responses = Object.entries(answers).map(([status, { definition }]) => [
    status,
    {
      description: ANSWERS[status],
      schema: definition ? { $ref: `#/definitions/${definition}` } : { type: 'string' },
    },
  ]);
  const all = [...(body ? [bodyParameter(body)] : []), ...parameters.map(parameter)];
  return {
    consumes: body?.types ?? ['*/*'],
    produces: answers['200']?.types ?? [],
    schemes: ['https'],
    tags: [tag],
    operationId: id,
    ...(all.length > 0 ? { parameters: all } : {}),
    responses: { ...Object.fromEntries(responses), 401: { description: ANSWERS['401'] } },
    ...(action ? { 'x-kubernetes-action': action } : {}),
    ...(target ? { 'x-kubernetes-group-version-kind': target } : {}),
  };
}

function bodyParameter({ definition, required }: NonNullable<Operation['body']>): unknown {
  const schema = { $ref: `#/definitions/${definition}` };
  return { name: 'body', in: 'body', ...(required ? { required } : {}), schema };
}
