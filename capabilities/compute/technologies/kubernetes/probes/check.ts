import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as secure } from 'node:tls';
import { messageOf } from '@slipway/api';
import type { Container, Probe } from '@slipway/kinds';
import type { Container as RunningContainer } from '@slipway/sandbox';

import { checkGrpc } from './check-grpc.ts';

export interface CheckContext {
  container: Container;
  running: RunningContainer;
  /** To a port of this pod. */
  dial(port: number): Promise<Duplex>;
}

export interface Answer {
  ok: boolean;
  /** As upstream's Unhealthy event ends. */
  message: string;
}

/** Probes once; it never rejects. `timeoutSeconds` bounds it. */
export async function check(probe: Probe, context: CheckContext): Promise<Answer> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.exec) return await checkExec(probe.exec.command ?? [], timeoutMs, context);
    if (probe.tcpSocket)
      return await checkTcp(portOf(probe.tcpSocket.port, context.container), timeoutMs, context);
    if (probe.httpGet) return await checkHttp(probe.httpGet, timeoutMs, context);
    if (probe.grpc) {
      const { port, service = '' } = probe.grpc;
      const late = `timeout: failed to connect service ":${port}" within ${timeoutMs / 1000}s: context deadline exceeded`;
      return await checkGrpc(await within(context.dial(port), timeoutMs, late), service, timeoutMs);
    }
    return { ok: false, message: 'no handler that is supported' };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

/** Number of a named port. */
export function portOf(port: number | string, container: Container): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(one => one.name === port)?.containerPort;
  const number = named ?? Number(port);
  if (Number.isInteger(number)) return number;
  throw new Error(`couldn't find port ${JSON.stringify(port)} in container ${container.name}`);
}

async function checkExec(command: string[], timeoutMs: number, { running }: CheckContext): Promise<Answer> {
  const process = await running.exec({ command, tty: false });
  process.stdin.end();
  let output = '';
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('data', chunk => {
      if (output.length < 10_240) output += String(chunk);
    });
    stream.on('error', () => {});
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill('SIGKILL');
  }, timeoutMs);
  const exit = await process.exited.finally(() => clearTimeout(timer));
  if (late)
    return {
      ok: false,
      message: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutMs / 1000}s`,
    };
  return { ok: exit.exitCode === 0, message: output };
}

async function checkTcp(port: number, timeoutMs: number, { dial }: CheckContext): Promise<Answer> {
  const socket: Duplex & { setTimeout?(ms: number, late: () => void): unknown } = await within(
    dial(port),
    timeoutMs,
    `dial tcp :${port}: i/o timeout`,
  );
  socket.on('error', () => {});
  // A polite end: closing with unread bytes would be a reset, which ends servers that do not expect one.
  socket.resume();
  socket.end();
  socket.setTimeout?.(timeoutMs, () => socket.destroy());
  return { ok: true, message: '' };
}

async function checkHttp(
  get: NonNullable<Probe['httpGet']>,
  timeoutMs: number,
  { container, dial }: CheckContext,
): Promise<Answer> {
  const port = portOf(get.port, container);
  const scheme = (get.scheme ?? 'HTTP').toLowerCase();
  const url = `${scheme}://${get.host ?? 'localhost'}:${port}${get.path?.startsWith('/') ? '' : '/'}${get.path ?? ''}`;
  const socket = await within(dial(port), timeoutMs, `Get ${JSON.stringify(url)}: context deadline exceeded`);
  const status = await statusOf(url, get, { socket, timeoutMs });
  if (status >= 200 && status < 400) return { ok: true, message: '' };
  return { ok: false, message: `HTTP probe failed with statuscode: ${status}` };
}

function statusOf(
  url: string,
  get: NonNullable<Probe['httpGet']>,
  { socket, timeoutMs }: { socket: Duplex; timeoutMs: number },
): Promise<number> {
  const headers: Record<string, string> = {
    'user-agent': 'kube-probe/1.36',
    accept: '*/*',
    connection: 'close',
  };
  for (const { name, value } of get.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  return new Promise((resolve, reject) => {
    // As upstream: a probe does not check certificates.
    const stream = url.startsWith('https:') ? secure({ socket, rejectUnauthorized: false }) : socket;
    stream.on('error', reject);
    const target = new URL(url.replace(/^https/, 'http'));
    const call = request(target, { headers, createConnection: () => stream }, answer => {
      resolve(answer.statusCode ?? 0);
      answer.resume();
      call.destroy();
      socket.destroy();
    });
    const timer = setTimeout(
      () => call.destroy(new Error(`Get ${JSON.stringify(url)}: context deadline exceeded`)),
      timeoutMs,
    );
    call.on('error', reject);
    call.on('close', () => clearTimeout(timer));
    call.end();
  });
}

function within<T extends Duplex>(dialling: Promise<T>, timeoutMs: number, message: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(message));
      dialling.then(late => late.destroy()).catch(() => {});
    }, timeoutMs);
    dialling.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
