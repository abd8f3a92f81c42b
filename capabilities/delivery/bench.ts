// Applications beside Argo CD's figures: `node capabilities/delivery/bench.ts`, or `npm run bench -- delivery`.
import type { AnyObject } from '@slipway/api';
import { Application, ConfigMap } from '@slipway/kinds';
import { type Series, table } from '../../bench/statistics.ts';
import type { ApplicationStatus } from './technologies/argo-cd/application/status.ts';
import { startTestPlatform, type TestPlatform } from './technologies/argo-cd/platform.fixture.ts';

const FOLDERS = 1_010;
const FIRST = 200;
const MANY = 800;
const RUNS = 5;
const PUSHES = 10;
/**
 * Argo CD v3 with its default flags on a machine of this size: 3 ConfigMaps each, Git over HTTP. Its controller and
 * repo-server peaked at 619 and 128 MB; API server and store were other processes there.
 */
const ARGO_CD = { one: 469, first: 49_700, many: 217_900, push: 686, pushBesideMany: 836, mb: 747 };
/** Revisions that changed nothing are written a little later; the next push waits for that. */
const SETTLED_MS = 3_000;
const namespace = 'argocd';

/**
 * One Application, a push to it, and 1,000 over one repository; API server, its store and controller are one process
 * with this one, so memory is that of all three.
 */
export async function benchDelivery(): Promise<Series[]> {
  const platform = await startTestPlatform();
  try {
    const folders = Array.from({ length: FOLDERS }, (_, index) =>
      Object.entries(folderFiles(index, 'first')),
    );
    await platform.push(Object.fromEntries(folders.flat()));
    const before = megabytes();
    const peak = watchMemory();
    const one: number[] = [];
    for (let run = 0; run < RUNS; run++) one.push(await timed(() => synced(platform, [run])));
    const pushed: number[] = [];
    for (let run = 0; run < PUSHES; run++) pushed.push(await pushToSynced(platform, `change ${run}`));
    const numbers = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => from + index);
    const first = await timed(() => synced(platform, numbers(RUNS, FIRST)));
    const longest = watchTurns();
    const many = await timed(() => synced(platform, numbers(RUNS + FIRST, MANY)));
    const most = peak();
    const whole = megabytes();
    const pushedLater: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      pushedLater.push(await pushToSynced(platform, `later ${run}`));
      await new Promise(resolve => setTimeout(resolve, SETTLED_MS));
    }
    const turn = longest();
    return [
      row('create an Application → Synced, Healthy', one, ARGO_CD.one),
      row('push → its ConfigMap new, Synced at the commit', pushed, ARGO_CD.push),
      row(`${FIRST} Applications from none → all Synced`, [first], ARGO_CD.first),
      row(`${MANY} more, to 1,005 → all Synced`, [many], ARGO_CD.many),
      {
        name: 'Applications synced in a second, of 1,000',
        unit: '/s',
        values: [((FIRST + MANY) * 1_000) / (first + many)],
        against: { name: 'Argo CD', value: ((FIRST + MANY) * 1_000) / (ARGO_CD.first + ARGO_CD.many) },
      },
      row('push → Synced beside 1,005 Applications', pushedLater, ARGO_CD.pushBesideMany),
      {
        name: 'memory that they take (peak − before)',
        unit: 'MB',
        values: [most - before],
        against: { name: 'Argo CD', value: ARGO_CD.mb },
      },
      {
        name: 'memory of this process with API server, store, Git and test',
        unit: 'MB',
        values: [whole],
        against: { name: 'Argo CD without them', value: ARGO_CD.mb },
      },
      {
        name: 'longest computing in one turn (800 more, and pushes)',
        unit: 'ms',
        values: [turn],
        against: { name: 'goal', value: 20 },
      },
    ];
  } finally {
    await platform.stop();
  }
}

function megabytes(): number {
  return process.memoryUsage.rss() / 1e6;
}

/** The most that was held since; asked every 50 ms. */
function watchMemory(): () => number {
  let most = megabytes();
  const timer = setInterval(() => {
    most = Math.max(most, megabytes());
  }, 50);
  return () => {
    clearInterval(timer);
    return Math.max(most, megabytes());
  };
}

/** The longest time that this thread computed between two turns: on a busy machine others' work does not count. */
function watchTurns(): () => number {
  const computed = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let [longest, last] = [0, computed()];
  const timer = setInterval(() => {
    const now = computed();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

function folderFiles(folder: number, value: string): Record<string, string> {
  const files = [0, 1, 2].map(index => {
    const metadata = { name: `bench-${folder}-${index}` };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } };
    return [`bench-${folder}/${index}.yaml`, JSON.stringify(object)];
  });
  return Object.fromEntries(files);
}

/** Makes the Applications of these folders and waits until all are Synced and Healthy. */
async function synced({ application, client }: TestPlatform, indexes: number[]): Promise<void> {
  const names = new Set(indexes.map(index => `bench-${index}`));
  const { metadata } = await client.list(Application, { namespace, limit: 1 });
  const seen = watchUntil(client, metadata.resourceVersion ?? '', application => {
    const { sync, health } = statusOf(application);
    const isReady = sync?.status === 'Synced' && health?.status === 'Healthy';
    if (isReady) names.delete(application.metadata.name ?? '');
    return names.size === 0;
  });
  // One request after another, as clients send them: 800 in one turn would be one long turn.
  for (const index of indexes) {
    await application(`bench-${index}`);
    await new Promise(resolve => setImmediate(resolve));
  }
  await seen;
}

async function watchUntil(
  client: TestPlatform['client'],
  resourceVersion: string,
  holds: (application: AnyObject) => boolean,
): Promise<void> {
  const ended = new AbortController();
  const events = client.watch(Application, { namespace, resourceVersion, signal: ended.signal });
  for await (const event of events) {
    if (event.type === 'BOOKMARK' || !holds(event.object as AnyObject)) continue;
    ended.abort();
    return;
  }
}

/** From the end of a push that changes folder 0 until the status says so; the push itself does not count, as with the peer. */
async function pushToSynced({ client, push }: TestPlatform, value: string): Promise<number> {
  const bench = await client.get(Application, { namespace, name: 'bench-0' });
  const before = statusOf(bench).sync?.revision;
  const seen = watchUntil(client, bench.metadata.resourceVersion, application => {
    const { sync, operationState } = statusOf(application);
    if (application.metadata.name !== 'bench-0' || sync?.revision === before) return false;
    const isDone =
      operationState?.phase === 'Succeeded' && operationState.syncResult?.revision === sync?.revision;
    return isDone && sync?.status === 'Synced';
  });
  await push(folderFiles(0, value));
  const began = performance.now();
  await seen;
  const ms = performance.now() - began;
  const { data } = await client.get(ConfigMap, { namespace: 'web', name: 'bench-0-0' });
  if (data?.value !== value) throw new Error(`Synced, but the ConfigMap has ${data?.value}`);
  return ms;
}

function statusOf(application: AnyObject | undefined): ApplicationStatus {
  return (application?.status ?? {}) as ApplicationStatus;
}

function row(name: string, values: number[], argoCd: number): Series {
  return { name, unit: 'ms', values, against: { name: 'Argo CD', value: argoCd } };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

if (import.meta.main) process.stdout.write(`${table(await benchDelivery())}\n`);
