import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { type Client, createClient } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import { type RunningPlatform, readConfig, readRunning } from '@slipway/platform';
import { CommandError } from './output.ts';

/** What the global options say about which platform a command means. */
export interface Target {
  data?: string;
}

/** A platform that runs on this machine, and a client that acts as local-admin. */
export interface Connection {
  platform: RunningPlatform;
  client: Client;
  token: string;
  ca: string;
  /** An HTTPS request to a host of the platform; `*.localhost` is resolved here, for Node does not. */
  fetch(url: string, options?: RequestOptions): Promise<{ status: number; body: string }>;
}

/**
 * Connects to the platform of a data folder.
 * @throws CommandError when none runs there
 */
export async function connect(target: Target): Promise<Connection> {
  const { data } = readConfig(target.data);
  const platform = await readRunning(data);
  if (!platform) {
    throw new CommandError(`no platform runs with the data folder ${data}`, {
      next: 'slipway up, or name its folder with --data',
    });
  }
  const ca = await readFile(platform.ca, 'utf8');
  const config = await loadKubeconfig(join(platform.data, 'kubeconfig'));
  const token = typeof config.token === 'string' ? config.token : '';
  return {
    platform,
    token,
    ca,
    client: createClient(nodeTransport(config)),
    fetch: (url, options) => send(url, { ca, token }, options),
  };
}

export interface RequestOptions {
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as a form, without credentials. */
  form?: Record<string, string>;
  timeoutMs?: number;
  /** Another's than the connection's own. */
  token?: string | undefined;
}

interface Trust {
  ca: string;
  token: string;
}

function send(
  url: string,
  { ca, token }: Trust,
  options: RequestOptions = {},
): Promise<{ status: number; body: string }> {
  const { host, hostname, port, pathname, search } = new URL(url);
  const content = contentOf(options, options.token ?? token);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        servername: hostname,
        port: port || 443,
        path: `${pathname}${search}`,
        method: options.method ?? 'GET',
        ca,
        timeout: options.timeoutMs ?? 10_000,
        headers: { host, ...content.headers },
      },
      answer => {
        const chunks: Buffer[] = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${url}: no answer in time`)));
    outgoing.on('error', reject);
    outgoing.end(content.body);
  });
}

function contentOf(
  { body, form }: RequestOptions,
  token: string,
): { body?: string; headers: Record<string, string | number> } {
  if (form) return withLength(new URLSearchParams(form).toString(), 'application/x-www-form-urlencoded', {});
  const authorization = { authorization: `Bearer ${token}` };
  return body === undefined
    ? { headers: authorization }
    : withLength(JSON.stringify(body), 'application/json', authorization);
}

function withLength(body: string, type: string, headers: Record<string, string>) {
  return { body, headers: { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) } };
}
