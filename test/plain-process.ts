// Real tools as plain processes: started with argument arrays, logging into a file, gone when the tests are.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onPath } from './on-path.ts';

export interface PlainProcess {
  readonly name: string;
  readonly pid: number;
  readonly alive: boolean;
  /** The end of what it wrote, at most 4,000 characters. */
  log(): string;
  /** SIGTERM, and SIGKILL after 10 s; resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface ProcessOptions {
  name: string;
  command: string;
  args: string[];
  /** Where `<name>.log` is written. */
  folder: string;
  /** Added to PATH, HOME (the folder) and LANG, all that it gets. */
  env?: Record<string, string>;
  cwd?: string;
}

const STOP_MS = 10_000;
const LOG_CHARACTERS = 4000;

/** Starts a program; it ends with the test that started it, however that ends (where Linux's `setpriv` is). */
export function startProcess(options: ProcessOptions): PlainProcess {
  const { name, folder } = options;
  const file = join(folder, `${name}.log`);
  const log = openSync(file, 'a');
  const setpriv = onPath('setpriv');
  const tied = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : [];
  const [command = '', ...args] = [...tied, options.command, ...options.args];
  const child = spawn(command, args, {
    cwd: options.cwd ?? folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, LANG: 'C.UTF-8', ...options.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = endOf(child);
  const end = async (signal: NodeJS.Signals) => {
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill(signal);
    await ended;
    clearTimeout(late);
  };
  return {
    name,
    pid: child.pid ?? 0,
    get alive() {
      return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    },
    log: () => readFileSync(file, 'utf8').slice(-LOG_CHARACTERS),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function endOf(child: ChildProcess): Promise<void> {
  running.add(child);
  return new Promise(resolve => {
    const end = () => {
      running.delete(child);
      resolve();
    };
    child.once('exit', end).once('error', end);
  });
}

/** Waits until `ask` gives true. Throws with the end of its log when the process ends, or after `timeoutMs`. */
export async function untilReady(
  started: PlainProcess,
  timeoutMs: number,
  ask: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await ask().catch(() => false))) {
    if (!started.alive) throw new Error(`${started.name} ended before it was ready:\n${started.log()}`);
    if (performance.now() > deadline) {
      throw new Error(`${started.name}: not ready after ${timeoutMs} ms:\n${started.log()}`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Ports on 127.0.0.1 that nobody has, for programs that take no port 0. */
export async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(probes.map(probe => new Promise(resolve => probe.once('listening', resolve))));
  const ports = probes.map(probe => {
    const address = probe.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(probes.map(probe => new Promise(resolve => probe.close(resolve))));
  return ports;
}

export interface HttpQuestion {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** PEM text that the certificate must lead to; absent for https: whatever certificate is taken. */
  ca?: string;
}

export interface HttpAnswer {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

/** One request with one answer; redirections are answers too. Names below .localhost need not be known to DNS. */
export function ask(url: string, question: HttpQuestion = {}): Promise<HttpAnswer> {
  const { hostname, port, pathname, search, protocol, host } = new URL(url);
  const secure = protocol === 'https:';
  const { ca, method = 'GET', headers = {}, body } = question;
  const settings = {
    host: hostname.endsWith('.localhost') ? '127.0.0.1' : hostname,
    port,
    path: `${pathname}${search}`,
    method,
    headers: { host, ...headers },
    ...(secure && hostname.endsWith('localhost') ? { servername: hostname } : {}),
    ...(ca ? { ca } : { rejectUnauthorized: false }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? requestHttps : requestHttp)(settings, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', chunk => chunks.push(chunk)).on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: answer.headers,
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(30_000, () => outgoing.destroy(new Error(`${method} ${url}: no answer`)));
    outgoing.end(body);
  });
}
