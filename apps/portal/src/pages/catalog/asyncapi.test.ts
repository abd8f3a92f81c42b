import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAsyncApi } from './asyncapi.ts';

const SCHEMAS = `
components:
  messages:
    Placed: { name: OrderPlaced, summary: An order came in, payload: { $ref: '#/components/schemas/Order' } }
    Binary: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', payload: { type: record } }
  schemas:
    Order:
      type: object
      required: [id]
      properties: { id: { type: string, description: Its number }, lines: { type: array, items: { type: string } } }
`;
const TWO = `
asyncapi: 2.6.0
info: { title: Orders, version: 1.0.0, description: What is **ordered**. }
servers: { prod: { url: 'broker.example.test:9092', protocol: kafka, description: The broker } }
channels:
  orders/{region}:
    description: One for each region
    parameters: { region: { description: Where, schema: { type: string } } }
    subscribe: { operationId: onOrder, summary: Orders as they come, message: { $ref: '#/components/messages/Placed' } }
    publish: { message: { oneOf: [{ $ref: '#/components/messages/Placed' }, { $ref: '#/components/messages/Binary' }] } }
${SCHEMAS}`;
const THREE = `
asyncapi: 3.0.0
info: { title: Orders, version: 2.0.0 }
servers: { prod: { host: broker.example.test, pathname: /v1, protocol: amqp } }
channels:
  placed: { address: orders.placed, messages: { Placed: { $ref: '#/components/messages/Placed' } } }
  quiet: { messages: { Any: { payload: { schemaFormat: 'application/schema+json', schema: { type: integer } } } } }
operations:
  announce: { action: send, channel: { $ref: '#/channels/placed' }, summary: Tell of it }
${SCHEMAS}`;

test('readAsyncApi() reads channels of version 2 with what is published and subscribed', () => {
  const { title, servers, channels, schemas } = readAsyncApi(TWO);
  assert.equal(title, 'Orders');
  assert.deepEqual(servers, [
    { name: 'prod', address: 'broker.example.test:9092', protocol: 'kafka', description: 'The broker' },
  ]);
  const [channel] = channels;
  assert.equal(channel?.address, 'orders/{region}');
  assert.equal(channel?.parameters[0]?.description, 'Where');
  const told = channel?.operations.map(({ action, id, messages }) => [
    action,
    id,
    messages.map(({ name, payload }) => `${name}: ${payload.type}`),
  ]);
  assert.deepEqual(told, [
    ['publish', '', ['OrderPlaced: Order', 'Binary: application/vnd.apache.avro;version=1.9.0']],
    ['subscribe', 'onOrder', ['OrderPlaced: Order']],
  ]);
  const { payload } = channel?.operations[1]?.messages[0] ?? {};
  assert.deepEqual(
    payload?.inside.map(({ name, type, required }) => `${name} ${type} ${required}`),
    ['id string true', 'lines array of string false'],
  );
  assert.equal(schemas[0]?.name, 'Order');
});

test('readAsyncApi() reads version 3, where operations name their channels', () => {
  const { servers, channels } = readAsyncApi(THREE);
  assert.equal(servers[0]?.address, 'broker.example.test/v1');
  assert.deepEqual(
    channels.map(({ address, operations, messages }) => [
      address,
      operations.map(({ action, id, messages: own }) => `${action} ${id} ${own.map(({ name }) => name)}`),
      messages.map(({ name, payload }) => `${name} ${payload.type}`),
    ]),
    [
      ['orders.placed', ['send announce OrderPlaced'], []],
      ['quiet', [], ['Any integer']],
    ],
  );
});

for (const [text, message, because] of [
  ['openapi: 3.0.0', /no "asyncapi" at its top/, 'it is another format'],
  ['asyncapi: 1.2.0', /2 and 3 can be read/, 'the version is too old'],
] as const)
  test(`readAsyncApi() says what is wrong: ${because}`, () => {
    assert.throws(() => readAsyncApi(text), message);
  });

test('readAsyncApi() ends with schemas that go round in a circle and references that lead nowhere', () => {
  const circle = `
asyncapi: 2.0.0
channels: { a: { publish: { message: { payload: { $ref: '#/components/schemas/Node' } } } }, b: { $ref: '#/gone' } }
components: { schemas: { Node: { type: object, properties: { next: { $ref: '#/components/schemas/Node' } } } } }`;
  const { channels } = readAsyncApi(circle);
  assert.equal(channels[0]?.operations[0]?.messages[0]?.payload.inside[0]?.type, 'Node');
  assert.deepEqual(channels[1]?.operations, []);
});
