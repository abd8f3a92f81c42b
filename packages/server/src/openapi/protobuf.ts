import type { Steps } from './steps.ts';
import { createWire, type Wire } from './wire.ts';

/** JSON of an OpenAPI v2 document. */
type Part = Record<string, unknown>;

/**
 * An OpenAPI v2 document in the protobuf form that client-go asks for (gnostic's OpenAPIv2.proto; the numbers are
 * its fields'). Everything is written last field first.
 */
export function* protobufV2(document: unknown): Steps<Uint8Array> {
  const found = document as Part;
  const wire = createWire();
  const keys = () => namedEach(wire, 1, found.securityDefinitions, part => apiKey(wire, part));
  wire.message(13, keys);
  for (const requirement of found.security as Part[]) wire.message(12, () => security(wire, requirement));
  const definitions = wire.mark();
  yield* namedSteps(wire, 1, found.definitions, part => schema(wire, part));
  wire.close(9, definitions);
  const paths = wire.mark();
  yield* namedSteps(wire, 2, found.paths, function* (item) {
    pathItem(wire, item);
    yield;
  });
  wire.close(8, paths);
  wire.message(2, () => {
    wire.text(2, (found.info as Part).version);
    wire.text(1, (found.info as Part).title);
  });
  wire.text(1, found.swagger);
  return wire.bytes();
}

/** One field for each entry of a map: its name (1) and its value (2). */
function* namedSteps(
  wire: Wire,
  field: number,
  found: unknown,
  write: (part: Part) => Steps<void>,
): Steps<void> {
  for (const [name, part] of Object.entries((found ?? {}) as Record<string, Part>).reverse()) {
    const entry = wire.mark();
    yield* write(part);
    wire.close(2, entry);
    wire.text(1, name);
    wire.close(field, entry);
  }
}

/** The same without steps, for what is short. */
function namedEach(wire: Wire, field: number, found: unknown, write: (part: Part) => void): void {
  const short = function* (part: Part): Steps<void> {
    write(part);
    yield;
  };
  finished(namedSteps(wire, field, found, short));
}

function finished(steps: Steps<void>): void {
  while (!steps.next().done);
}

function security(wire: Wire, requirement: Part): void {
  namedEach(wire, 1, requirement, scopes => wire.texts(1, scopes));
}

function apiKey(wire: Wire, found: Part): void {
  wire.message(2, () => {
    wire.text(3, found.in);
    wire.text(2, found.name);
    wire.text(1, found.type);
  });
}

const METHODS: [string, number][] = [
  ['patch', 8],
  ['head', 7],
  ['options', 6],
  ['delete', 5],
  ['post', 4],
  ['put', 3],
  ['get', 2],
];

function pathItem(wire: Wire, item: Part): void {
  parameters(wire, 9, item.parameters);
  for (const [method, field] of METHODS) {
    const found = item[method];
    if (found) wire.message(field, () => operation(wire, found as Part));
  }
}

function operation(wire: Wire, found: Part): void {
  extensions(wire, 13, found);
  wire.texts(10, found.schemes);
  wire.message(9, () =>
    namedEach(wire, 1, found.responses, answer => wire.message(1, () => response(wire, answer))),
  );
  parameters(wire, 8, found.parameters);
  wire.texts(7, found.consumes);
  wire.texts(6, found.produces);
  wire.text(5, found.operationId);
  wire.texts(1, found.tags);
}

function response(wire: Wire, answer: Part): void {
  const body = answer.schema as Part | undefined;
  if (body) wire.message(2, () => wire.message(1, () => finished(schema(wire, body))));
  wire.text(1, answer.description);
}

function parameters(wire: Wire, field: number, list: unknown): void {
  for (const found of ((list ?? []) as Part[]).toReversed()) {
    wire.message(field, () => wire.message(1, () => parameter(wire, found)));
  }
}

function parameter(wire: Wire, found: Part): void {
  if (found.in === 'body') {
    wire.message(1, () => {
      wire.message(5, () => finished(schema(wire, found.schema as Part)));
      wire.truth(4, found.required);
      wire.text(3, found.in);
      wire.text(2, found.name);
    });
    return;
  }
  const isPath = found.in === 'path';
  const plain = (): void => {
    wire.truth(isPath ? 19 : 20, found.uniqueItems);
    wire.text(isPath ? 5 : 6, found.type);
    wire.text(4, found.name);
    wire.text(2, found.in);
    wire.truth(1, found.required);
  };
  wire.message(2, () => wire.message(isPath ? 4 : 3, plain));
}

/** Some are long: a step for each object. */
function* schema(wire: Wire, found: Part): Steps<void> {
  extensions(wire, 31, found);
  yield* structure(wire, found);
  for (const value of ((found.enum ?? []) as unknown[]).toReversed())
    wire.message(20, () => any(wire, value));
  wire.texts(19, found.required);
  limits(wire, found);
  if (found.default !== undefined) wire.message(5, () => any(wire, found.default));
  wire.text(4, found.description);
  wire.text(3, found.title);
  wire.text(2, found.format);
  wire.text(1, found.$ref);
}

function limits(wire: Wire, found: Part): void {
  wire.count(18, found.minProperties);
  wire.count(17, found.maxProperties);
  wire.count(15, found.minItems);
  wire.count(14, found.maxItems);
  wire.text(13, found.pattern);
  wire.count(12, found.minLength);
  wire.count(11, found.maxLength);
  wire.truth(10, found.exclusiveMinimum);
  wire.double(9, found.minimum);
  wire.truth(8, found.exclusiveMaximum);
  wire.double(7, found.maximum);
  wire.double(6, found.multipleOf);
}

function* structure(wire: Wire, { additionalProperties, items, properties, type }: Part): Steps<void> {
  if (properties) {
    const mark = wire.mark();
    yield* namedSteps(wire, 1, properties, part => schema(wire, part));
    wire.close(25, mark);
    yield;
  }
  if (items) yield* nested(wire, 23, items);
  if (type !== undefined) wire.message(22, () => wire.texts(1, [type]));
  if (additionalProperties) yield* nested(wire, 21, additionalProperties);
}

/** A schema in a message of its own. */
function* nested(wire: Wire, field: number, found: unknown): Steps<void> {
  const mark = wire.mark();
  yield* schema(wire, found as Part);
  wire.close(1, mark);
  wire.close(field, mark);
}

/** Values of any form travel as YAML, which JSON is. */
function any(wire: Wire, value: unknown): void {
  wire.text(2, `${JSON.stringify(value)}\n`);
}

function extensions(wire: Wire, field: number, found: Part): void {
  for (const [name, value] of Object.entries(found).reverse()) {
    if (!name.startsWith('x-')) continue;
    wire.message(field, () => {
      wire.message(2, () => any(wire, value));
      wire.text(1, name);
    });
  }
}
