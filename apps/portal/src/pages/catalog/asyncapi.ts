import { load } from 'js-yaml';
import { deref, type Fields, fields, lineOf, list, type SchemaLine, string } from './schema-lines.ts';

export interface Message {
  name: string;
  summary: string;
  payload: SchemaLine;
  headers?: SchemaLine;
}

/** What somebody does at a channel. */
export interface ChannelOperation {
  /** `publish`, `subscribe` (AsyncAPI 2), `send`, `receive` (3). */
  action: string;
  id: string;
  summary: string;
  description: string;
  messages: Message[];
}

export interface Channel {
  address: string;
  description: string;
  parameters: SchemaLine[];
  operations: ChannelOperation[];
  /** Messages that no operation names. */
  messages: Message[];
}

/** What the viewer shows of an AsyncAPI document. */
export interface AsyncDocument {
  title: string;
  version: string;
  description: string;
  servers: { name: string; address: string; protocol: string; description: string }[];
  channels: Channel[];
  schemas: SchemaLine[];
}

/**
 * Reads AsyncAPI 2 or 3, as YAML or JSON.
 * @throws Error that says what is wrong with the text
 */
export function readAsyncApi(text: string): AsyncDocument {
  const root = fields(load(text));
  const version = string(root.asyncapi);
  if (version === '') throw new Error('it has no "asyncapi" at its top, so it is no AsyncAPI document');
  if (!/^[23]\./.test(version)) throw new Error(`asyncapi ${version}: 2 and 3 can be read`);
  const info = fields(root.info);
  const named = Object.entries(fields(root.channels));
  return {
    title: string(info.title),
    version: string(info.version),
    description: string(info.description),
    servers: Object.entries(fields(root.servers)).map(([name, each]) =>
      serverOf(name, fields(deref(root, each))),
    ),
    channels: named.map(([name, each]) => {
      const channel = fields(deref(root, each));
      return version.startsWith('2.') ? channel2(root, name, channel) : channel3(root, name, channel);
    }),
    schemas: Object.entries(fields(fields(root.components).schemas)).map(([name, schema]) =>
      lineOf(root, { name, schema, seen: [] }),
    ),
  };
}

function serverOf(name: string, server: Fields) {
  const address = string(server.url) || `${string(server.host)}${string(server.pathname)}`;
  return { name, address, protocol: string(server.protocol), description: string(server.description) };
}

function channel2(root: Fields, address: string, channel: Fields): Channel {
  const operations = ['publish', 'subscribe'].flatMap(action => {
    if (channel[action] === undefined) return [];
    const operation = fields(deref(root, channel[action]));
    const message = fields(operation.message);
    const messages = message.oneOf === undefined ? [operation.message] : list(message.oneOf);
    return [operationOf(root, { action, id: string(operation.operationId), operation, messages })];
  });
  return { address, ...aboutChannel(root, channel), operations, messages: [] };
}

function channel3(root: Fields, name: string, channel: Fields): Channel {
  const own = Object.entries(fields(root.operations))
    .map(([id, each]) => ({ id, operation: fields(deref(root, each)) }))
    .filter(({ operation }) => leadsTo(operation.channel) === name);
  const all = Object.entries(fields(channel.messages));
  const operations = own.map(({ id, operation }) => {
    const listed = list(operation.messages);
    const messages = listed.length > 0 ? listed : all.map(([, message]) => message);
    return operationOf(root, { action: string(operation.action), id, operation, messages });
  });
  const messages = own.length > 0 ? [] : all.map(([key, message]) => messageOf(root, message, key));
  return { address: string(channel.address) || name, ...aboutChannel(root, channel), operations, messages };
}

function aboutChannel(root: Fields, channel: Fields): Pick<Channel, 'description' | 'parameters'> {
  const parameters = Object.entries(fields(channel.parameters)).map(([name, each]) => {
    const parameter = fields(deref(root, each));
    const { description } = parameter;
    const schema = { type: 'string', ...fields(parameter.schema), ...(description ? { description } : {}) };
    return lineOf(root, { name, schema, seen: [] });
  });
  return { description: string(channel.description) || string(channel.summary), parameters };
}

/** Name of the channel that a reference names. */
function leadsTo(reference: unknown): string {
  const last = string(fields(reference).$ref).split('/').at(-1) ?? '';
  return last.replaceAll('~1', '/').replaceAll('~0', '~');
}

function operationOf(
  root: Fields,
  { action, id, operation, messages }: { action: string; id: string; operation: Fields; messages: unknown[] },
): ChannelOperation {
  return {
    action,
    id,
    summary: string(operation.summary),
    description: string(operation.description),
    messages: messages.filter(each => each !== undefined).map(each => messageOf(root, each, '')),
  };
}

function messageOf(root: Fields, given: unknown, key: string): Message {
  const message = fields(deref(root, given));
  const reference = string(fields(given).$ref).split('/').at(-1) ?? '';
  const payload = fields(message.payload);
  // AsyncAPI 3 may wrap a schema to say which language it is in.
  const schema = payload.schemaFormat === undefined ? message.payload : payload.schema;
  const format = string(message.schemaFormat) || string(payload.schemaFormat);
  const isForeign = format !== '' && !/asyncapi|schema\+(json|yaml)/.test(format);
  const headers = message.headers === undefined ? {} : { headers: bare(root, message.headers) };
  return {
    name: string(message.name) || string(message.title) || reference || key || 'message',
    summary: string(message.summary) || string(message.description),
    payload: isForeign ? { ...bare(root, {}), type: format } : bare(root, schema ?? {}),
    ...headers,
  };
}

function bare(root: Fields, schema: unknown): SchemaLine {
  return lineOf(root, { name: '', schema, seen: [] });
}
