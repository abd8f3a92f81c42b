import { Agent, request } from 'node:https';

export interface Target {
  port: number;
  host: string;
  ca: string;
  headers: Record<string, string>;
}

export interface Load {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** Keeps `connections` busy with one request after the other for `ms`; the first 300 ms do not count. */
export async function load(
  target: Target,
  { connections, ms }: { connections: number; ms: number },
  next: (index: number) => { method: string; path: string; body?: string },
): Promise<Load> {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    ca: target.ca,
    servername: target.host,
  });
  const latencies: number[] = [];
  const began = performance.now();
  const end = began + 300 + ms;
  let index = 0;
  const worker = async () => {
    while (performance.now() < end) {
      const started = performance.now();
      await send(agent, target, next(index++));
      if (started > began + 300) latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
  return { perSecond: (latencies.length / ms) * 1000, p50: at(0.5), p99: at(0.99) };
}

function send(
  agent: Agent,
  { port, host, headers }: Target,
  { method, path, body }: { method: string; path: string; body?: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const own =
      body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, agent, headers: { host, ...own, ...headers } },
      answer => {
        answer.resume();
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) < 400) return resolve();
          reject(new Error(`${method} ${path}: ${answer.statusCode}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Opens watches on one path and waits until a write is seen by all of them; milliseconds from its sending, for each. */
export async function watchLatency(
  target: Target,
  { watchers, writes, path }: { watchers: number; writes: number; path: string },
  write: (index: number) => { name: string; body: string },
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, ca: target.ca, servername: target.host });
  const arrivals: number[] = [];
  let expected = '';
  let sentAt = 0;
  let missing = 0;
  let allSeen = () => {};
  const streams = await Promise.all(
    Array.from({ length: watchers }, () =>
      openWatch(target, path, text => {
        if (expected === '' || !text.includes(expected)) return;
        arrivals.push(performance.now() - sentAt);
        missing -= 1;
        if (missing === 0) allSeen();
      }),
    ),
  );
  for (let index = 0; index < writes; index++) {
    const { name, body } = write(index);
    const seen = new Promise<void>(resolve => {
      allSeen = resolve;
    });
    expected = `"${name}"`;
    missing = watchers;
    sentAt = performance.now();
    await send(agent, target, { method: 'POST', path, body });
    await seen;
  }
  for (const close of streams) close();
  agent.destroy();
  return arrivals;
}

function openWatch(
  { port, host, ca, headers }: Target,
  path: string,
  take: (line: string) => void,
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        servername: host,
        ca,
        agent: false,
        // From now on: what there was before is not news.
        path: `${path}?watch=true&sendInitialEvents=false&allowWatchBookmarks=true`,
        headers: { host, ...headers },
      },
      answer => {
        let rest = '';
        answer.setEncoding('utf8').on('data', chunk => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) take(line);
        });
        answer.on('error', () => {});
        if (answer.statusCode !== 200) return reject(new Error(`watch ${path}: ${answer.statusCode}`));
        resolve(() => outgoing.destroy());
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
