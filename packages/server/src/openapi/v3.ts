import type { ResourceInfo } from '../schema/index.ts';
import { ANSWERS, type Operation, type PathItem, parameterOf, splitParameters } from './operation.ts';
import { pathsOf } from './paths.ts';
import { definitionsFor, ofGroup, toV3 } from './published.ts';
import type { Steps } from './steps.ts';

/** The OpenAPI v3 document of one group and version. */
export function* documentV3(infos: ResourceInfo[]): Steps<unknown> {
  const items = pathsOf(infos);
  yield;
  const found = yield* definitionsFor(infos, items);
  const place = infos[0]?.kind ?? { group: '', version: '' };
  const schemas: Record<string, unknown> = {};
  for (const name of Object.keys(found).sort()) {
    schemas[name] = yield* toV3(ofGroup(found[name] ?? {}, place));
    yield;
  }
  const paths: Record<string, unknown> = {};
  for (const item of items) {
    paths[item.path] = pathItem(item);
    yield;
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1.36' },
    paths,
    components: {
      schemas,
      securitySchemes: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
    },
  };
}

function pathItem(item: PathItem): unknown {
  const { shared, own } = splitParameters(item);
  const operations = item.operations.map((operation, index) => [
    operation.method,
    operationV3(operation, own[index] ?? []),
  ]);
  return {
    ...Object.fromEntries(operations),
    ...(shared.length > 0 ? { parameters: shared.map(parameter) } : {}),
  };
}

function parameter(text: string): unknown {
  const { type, ...rest } = parameterOf(text);
  return { ...rest, schema: { type, uniqueItems: true } };
}

function operationV3(operation: Operation, parameters: string[]): unknown {
  const { tag, id, action, target, body, answers } = operation;
  const responses = Object.entries(answers).map(([status, { definition, types }]) => [
    status,
    { description: ANSWERS[status], content: content(types, definition) },
  ]);
  return {
    tags: [tag],
    operationId: id,
    ...(parameters.length > 0 ? { parameters: parameters.map(parameter) } : {}),
    ...(body ? { requestBody: requestBody(body) } : {}),
    responses: { ...Object.fromEntries(responses), 401: { description: ANSWERS['401'] } },
    ...(action ? { 'x-kubernetes-action': action } : {}),
    ...(target ? { 'x-kubernetes-group-version-kind': target } : {}),
  };
}

function requestBody({ types, definition, required }: NonNullable<Operation['body']>): unknown {
  return { content: content(types, definition), ...(required ? { required } : {}) };
}

function content(types: string[], definition: string | undefined): unknown {
  const schema = definition ? { $ref: `#/components/schemas/${definition}` } : { type: 'string' };
  return Object.fromEntries(types.map(type => [type, { schema }]));
}
