import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { freePort, startWorker } from '../../../bench/proxies.ts';
import { onPath } from '../../../test/on-path.ts';
import type { Contestant } from './contestant.ts';

/** A registry that runs as a process of its own: its clients are other processes. */
export interface RegistryContestant extends Contestant {
  port: number;
  child: ChildProcess;
}

export const agent = new Agent({ keepAlive: true });

interface Answer {
  status: number;
  location: string;
}

export function call(port: number, method: string, path: string, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': body?.length ?? 0 };
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, agent, headers },
      (answer: IncomingMessage) => {
        answer.resume();
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '' }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export async function push(port: number, content: Buffer): Promise<string> {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const begun = await call(port, 'POST', '/v2/acme/bench/blobs/uploads/');
  const done = await call(port, 'PUT', withDigest(begun.location, digest), content);
  if (done.status !== 201) throw new Error(`push: status ${done.status}`);
  return digest;
}

/** Peers answer with whole URLs that have a query already. */
function withDigest(location: string, digest: string): string {
  const url = new URL(location, 'http://registry');
  url.searchParams.set('digest', digest);
  return url.pathname + url.search;
}

export async function startOwn(folder: string): Promise<RegistryContestant> {
  const file = new URL('./registry-process-worker.ts', import.meta.url);
  return { name: 'Slipway', ...(await startWorker(file, [folder])), rows: new Map() };
}

/** The distribution project's registry on files, without its access log; undefined where it is not on PATH. */
export async function startDistribution(folder: string): Promise<RegistryContestant | undefined> {
  const command = ['registry', 'docker-registry'].map(onPath).find(path => path !== undefined);
  if (command === undefined) return undefined;
  const port = await freePort();
  const config = `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${folder}/peer }, delete: { enabled: true } }
http: { addr: "127.0.0.1:${port}" }
`;
  await writeFile(join(folder, 'peer.yml'), config);
  const child = spawn(command, ['serve', join(folder, 'peer.yml')], { stdio: 'ignore' });
  for (let tries = 0; tries < 100; tries++) {
    const answer = await call(port, 'GET', '/v2/').catch(() => undefined);
    if (answer?.status === 200) return { name: 'distribution', port, child, rows: new Map() };
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  child.kill();
  throw new Error(`${command}: does not answer on port ${port}`);
}

export async function memoryOf({ child }: RegistryContestant): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
