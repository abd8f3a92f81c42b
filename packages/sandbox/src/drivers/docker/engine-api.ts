import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { SlipwayError } from '@slipway/api';

export interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the API's version. */
  path: string;
  query?: Record<string, string>;
  json?: unknown;
  /** A tar archive. */
  stream?: Archive;
}

/** Bytes as they come. */
type Archive = { [Symbol.asyncIterator](): AsyncIterator<unknown> };

/** A Docker-compatible engine behind a Unix socket. Rejects with `EngineFailed` and the engine's own words. */
export interface EngineApi {
  call<T>(call: Call): Promise<T>;
  /** As `call`; undefined when the engine does not know the thing. */
  find<T>(call: Call): Promise<T | undefined>;
  /** The body of the answer, to be read. */
  read(call: Call): Promise<IncomingMessage>;
  /** Takes over the connection: what a process reads and writes. */
  hijack(call: Call): Promise<Socket>;
}

/** Docker 20.10 (2020), and Podman. */
const VERSION = 'v1.41';

export function engineApi(socketPath: string): EngineApi {
  const send = (call: Call) => open(socketPath, call);
  const expect = async (call: Call): Promise<IncomingMessage> => {
    const answer = await send(call);
    if ((answer.statusCode ?? 500) < 400) return answer;
    throw await failure(call, answer);
  };
  return {
    read: expect,
    call: async <T>(call: Call) => parse<T>(await text(await expect(call))),
    find: async <T>(call: Call) => {
      const answer = await send(call);
      const status = answer.statusCode ?? 500;
      if (status === 404) {
        answer.resume();
        return undefined;
      }
      if (status >= 400) throw await failure(call, answer);
      return parse<T>(await text(answer));
    },
    hijack: call => hijack(socketPath, call),
  };
}

function pathOf({ path, query }: Call): string {
  const text = new URLSearchParams(query).toString();
  return `/${VERSION}${path}${text ? `?${text}` : ''}`;
}

function open(socketPath: string, call: Call): Promise<IncomingMessage> {
  const body = call.json === undefined ? undefined : JSON.stringify(call.json);
  const type = call.stream ? 'application/x-tar' : 'application/json';
  return new Promise((resolve, reject) => {
    const headers = body === undefined && !call.stream ? {} : { 'content-type': type };
    const sent = request({ socketPath, path: pathOf(call), method: call.method, headers }, resolve);
    sent.on('error', reject);
    if (!call.stream) return void sent.end(body);
    feed(call.stream, sent).catch(error => sent.destroy(error));
  });
}

async function feed(from: Archive, to: NodeJS.WritableStream): Promise<void> {
  for await (const chunk of from) {
    if (!to.write(chunk as Uint8Array)) await new Promise(resolve => to.once('drain', resolve));
  }
  to.end();
}

function hijack(socketPath: string, call: Call): Promise<Socket> {
  // What follows the headers of an attach is the process' input.
  const body = call.json === undefined ? '' : JSON.stringify(call.json);
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      connection: 'Upgrade',
      upgrade: 'tcp',
    };
    const sent = request({ socketPath, path: pathOf(call), method: call.method, headers });
    sent.on('error', reject);
    sent.on('response', answer => failure(call, answer).then(reject, reject));
    sent.on('upgrade', (_answer, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      socket.on('error', () => {});
      resolve(socket as Socket);
    });
    sent.end(body);
  });
}

async function failure(call: Call, answer: IncomingMessage): Promise<SlipwayError> {
  const said = await text(answer);
  const { message, cause } = parse<{ message?: string; cause?: string }>(said) ?? {};
  return new SlipwayError(
    'EngineFailed',
    `engine: ${call.method} ${call.path}: ${answer.statusCode} ${message ?? cause ?? said}`,
  );
}

async function text(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Some answers are empty, or one JSON object a line: then the last counts. */
function parse<T>(body: string): T {
  const last = body.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(body === '' ? '{}' : body) as T;
  } catch {
    try {
      return JSON.parse(last) as T;
    } catch {
      return {} as T;
    }
  }
}
