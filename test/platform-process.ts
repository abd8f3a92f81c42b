// A platform as people start it: the built program in a process of its own, with its own folders and free ports.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import nodeOptions from '../scripts/node-options.json' with { type: 'json' };
import { root } from './source-tree.ts';

export const run = promisify(execFile);

/** What `slipway up -o json` prints. */
export interface Report {
  ready: boolean;
  portal: string;
  api: string;
  kubeconfig: string;
  ca: string;
  signInFile: string;
  data: string;
  pid: number;
  driver: string;
  components: { capability: string; technology: string; healthy: boolean; probe: string; ms: number }[];
  ms: number;
}

export interface Platform {
  readonly report: Report;
  /** Home folder of everything it does; removed at the end. */
  readonly home: string;
  /** Runs the command line against it. Rejects when the exit code is not 0. */
  cli(args: string[], options?: { cwd?: string }): Promise<{ stdout: string; stderr: string }>;
  json<T>(args: string[]): Promise<T>;
  kubectl(args: string[], input?: string): Promise<string>;
  git(args: string[], cwd?: string): Promise<string>;
  /** GET through the gateway; names under .localhost are resolved here. */
  fetch(
    url: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: string; headers: Record<string, string> }>;
  /** `kill -9` of the process that owns the listeners. */
  crash(): Promise<void>;
  /** Starts it again on the same folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Standard error of the newest start. */
  progress(): string;
}

/** As scripts/launch.mjs runs it. */
export const command = [...nodeOptions, join(root, 'dist', 'current', 'slipway.mjs')];

/** Ports that nobody else has. */
export const FREE_PORTS = ['--port', '0', '--http-port', '0', '--api-port', '0'];

export interface StartOptions {
  args?: string[];
  env?: Record<string, string>;
  uid?: number;
  /** Called with the data folder's path before the first start. */
  prepare?: (data: string) => Promise<void>;
}

/** Environment that has nothing of the person who runs the tests but the way to programs and the package registry. */
export function environment(home: string): Record<string, string> {
  const kept = [
    'PATH',
    'LANG',
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'NPM_CONFIG_REGISTRY',
    'npm_config_registry',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
  ];
  const entries = kept.flatMap(name =>
    process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']],
  );
  const npmrc = join(process.env.HOME ?? '', '.npmrc');
  return {
    ...Object.fromEntries(entries),
    MALLOC_ARENA_MAX: '2',
    HOME: home,
    SLIPWAY_DATA: join(home, 'data'),
    ...(existsSync(npmrc) ? { NPM_CONFIG_USERCONFIG: npmrc } : {}),
  };
}

/** Runs the command line once, without a platform. */
export function slipway(
  args: string[],
  home: string,
  env: Record<string, string> = {},
  uid?: number,
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const options = {
      env: { ...environment(home), ...env },
      maxBuffer: 64 * 1024 * 1024,
      ...(uid === undefined ? {} : { uid, gid: uid }),
    };
    execFile(process.execPath, [...command, ...args], options, (error, stdout, stderr) => {
      const code = error ? ((error as { code?: number }).code ?? 1) : 0;
      resolve({ code, stdout, stderr });
    });
  });
}

export async function temporaryHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'slipway-test-'));
}

export async function startPlatform(options: StartOptions = {}): Promise<Platform> {
  const home = await temporaryHome();
  await options.prepare?.(join(home, 'data'));
  let running = await launch(home, options);
  const env = environment(home);

  const platform: Platform = {
    get report() {
      return running.report;
    },
    home,
    progress: () => running.errors(),
    async cli(args, { cwd } = {}) {
      return run(process.execPath, [...command, ...args], {
        env,
        maxBuffer: 64 * 1024 * 1024,
        ...(cwd ? { cwd } : {}),
      });
    },
    async json(args) {
      const { stdout } = await platform.cli([...args, '-o', 'json']);
      return JSON.parse(stdout);
    },
    async kubectl(args, input) {
      const child = run('kubectl', ['--kubeconfig', running.report.kubeconfig, ...args], {
        env,
        maxBuffer: 64 * 1024 * 1024,
      });
      const { stdin } = child.child;
      // One that ends before it has read says itself what is wrong.
      stdin?.on('error', () => {});
      stdin?.end(input);
      return (await child).stdout;
    },
    async git(args, cwd) {
      const helper = `!${[process.execPath, ...command].map(word => `'${word}'`).join(' ')} git-credential`;
      const own = ['-c', `http.sslCAInfo=${running.report.ca}`, '-c', `credential.helper=${helper}`];
      const person = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
      return (
        await run('git', [...own, ...person, ...args], {
          env: { ...env, GIT_TERMINAL_PROMPT: '0' },
          ...(cwd ? { cwd } : {}),
        })
      ).stdout;
    },
    async fetch(url, headers = {}) {
      return get(url, await readFile(running.report.ca, 'utf8'), headers);
    },
    async crash() {
      process.kill(running.report.pid, 'SIGKILL');
      await running.ended;
    },
    async restart() {
      running = await launch(home, options);
    },
    async stop() {
      running.child.kill('SIGTERM');
      await running.ended;
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return platform;
}

interface Launched {
  child: ChildProcess;
  report: Report;
  ended: Promise<void>;
  errors(): string;
}

async function launch(home: string, options: StartOptions): Promise<Launched> {
  const args = [...command, 'up', '-o', 'json', ...FREE_PORTS, ...(options.args ?? [])];
  const child = spawn(process.execPath, args, {
    env: { ...environment(home), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  let output = '';
  let errors = '';
  child.stderr?.on('data', chunk => {
    errors = (errors + chunk).slice(-20_000);
  });
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const line = new Promise<string | undefined>(resolve => {
    child.stdout?.on('data', chunk => {
      output += chunk;
      const found = output.split('\n').find(each => each.startsWith('{"ready"'));
      if (found) resolve(found);
    });
    void ended.then(() => resolve(undefined));
  });
  const found = await line;
  assert.ok(found, `the platform ended before it was ready:\n${errors}`);
  const report = JSON.parse(found) as Report;
  assert.equal(
    report.ready,
    true,
    `not ready: ${JSON.stringify(report.components.filter(each => !each.healthy))}`,
  );
  return { child, report, ended, errors: () => errors };
}

function get(
  url: string,
  ca: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string; headers: Record<string, string> }> {
  const { hostname, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        servername: hostname,
        path: `${pathname}${search}`,
        ca,
        headers: { host: `${hostname}:${port}`, ...headers },
      },
      answer => {
        const chunks: Buffer[] = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            headers: answer.headers as Record<string, string>,
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.setTimeout(15_000, () => outgoing.destroy(new Error(`${url}: no answer`)));
    outgoing.end();
  });
}

/** Waits until a question is answered with something; asks every 100 ms for at most `timeoutMs`. */
export async function eventually<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    const answer = await ask().catch(error => {
      last = error;
      return undefined;
    });
    if (answer !== undefined) return answer;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(
    `${what}: not after ${timeoutMs} ms${last ? ` (${last instanceof Error ? last.message : String(last)})` : ''}`,
  );
}

/** Whether a program can be run here; tests that need it skip by name otherwise. */
export async function has(name: string, args: string[] = ['--version']): Promise<boolean> {
  return run(name, args).then(
    () => true,
    () => false,
  );
}
