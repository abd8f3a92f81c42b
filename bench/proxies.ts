import { type ChildProcess, fork, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onPath } from '../test/on-path.ts';

/** A reverse proxy that listens with TLS and leads to the backend. */
export interface RunningProxy {
  name: string;
  port: number;
  /** Of the process that was started, not of its children. */
  pid: number;
  stop(): void;
}

interface Place {
  /** Holds `cert.pem`, `key.pem` and what a peer writes. */
  folder: string;
  backend: number;
}

const START_MS = 10_000;

/** Peers with the settings that the comparison names: their defaults, 2 threads, no access log. */
const PEERS: {
  name: string;
  command: string;
  config(place: Place & { port: number }): string;
  args(file: string): string[];
}[] = [
  {
    name: 'Caddy',
    command: 'caddy',
    args: file => ['run', '--adapter', 'caddyfile', '--config', file],
    config: ({ folder, backend, port }) => `{
  admin off
  auto_https off
  log {
    output discard
  }
}
https://localhost:${port} {
  bind 127.0.0.1
  tls ${folder}/cert.pem ${folder}/key.pem
  reverse_proxy 127.0.0.1:${backend}
}
`,
  },
  {
    name: 'nginx',
    command: 'nginx',
    args: file => ['-c', file, '-g', 'daemon off;'],
    config: ({ folder, backend, port }) => `worker_processes 2;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log;
events {}
http {
  access_log off;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  upstream backend { server 127.0.0.1:${backend}; keepalive 256; }
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    keepalive_requests 100000000;
    location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
  }
}
`,
  },
  {
    name: 'HAProxy',
    command: 'haproxy',
    args: file => ['-db', '-f', file],
    config: ({ folder, backend, port }) => `global
  nbthread 2
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend tls
  bind 127.0.0.1:${port} ssl crt ${folder}/both.pem
  default_backend node
backend node
  server one 127.0.0.1:${backend}
`,
  },
];

/** Ours. */
export async function startOwnProxy({ folder, backend }: Place): Promise<RunningProxy> {
  const { child, port } = await startWorker(new URL('./gateway-worker.ts', import.meta.url), [
    folder,
    String(backend),
  ]);
  return { name: 'Slipway', port, pid: child.pid ?? 0, stop: () => child.kill() };
}

/** Starts every peer that is installed; the names of the others come back in `missing`. */
export async function startPeers(place: Place): Promise<{ running: RunningProxy[]; missing: string[] }> {
  const missing: string[] = [];
  const running: RunningProxy[] = [];
  for (const { name, command, config, args } of PEERS) {
    const program = onPath(command);
    if (!program) {
      missing.push(name);
      continue;
    }
    const port = await freePort();
    const file = join(place.folder, `${command}.conf`);
    await writeFile(file, config({ ...place, port }));
    const child = spawn(program, args(file), {
      stdio: 'ignore',
      env: { ...process.env, HOME: place.folder },
    });
    await answers(port, name);
    running.push({ name, port, pid: child.pid ?? 0, stop: () => child.kill() });
  }
  return { running, missing };
}

/** A file of ours as a process of its own that sends the port it listens on. */
export async function startWorker(file: URL, args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(fileURLToPath(file), args, {
    execArgv: process.env.BENCH_NODE_OPTIONS?.split(' ') ?? [],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', message => resolve(Number(message)));
    child.once('exit', code => reject(new Error(`${file.pathname}: ended with ${code} before it listened`)));
  });
  return { child, port };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function answers(port: number, name: string): Promise<void> {
  const end = performance.now() + START_MS;
  while (performance.now() < end) {
    const isOpen = await new Promise<boolean>(resolve => {
      const socket = connect({ host: '127.0.0.1', port }, () => resolve(true));
      socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`${name}: does not listen on ${port} after ${START_MS} ms`);
}
