// A sync whose process ends after its first write, its second, and so on to the last: each time another one takes it up,
// and nothing is done twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AnyObject, Kind, KubeObject, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Application, ConfigMap, Job } from '@slipway/kinds';
import type { ApplicationStatus } from '../../capabilities/delivery/technologies/argo-cd/application/status.ts';
import {
  startTestPlatform,
  type TestPlatform,
} from '../../capabilities/delivery/technologies/argo-cd/platform.fixture.ts';

const namespace = 'web';
const MOST_WRITES = 60;
/** Kinds whose writes are those of a sync. */
const COUNTED = [Application.kind, ConfigMap.kind, Job.kind];
let platform: TestPlatform;
const ended = new AbortController();
/** Names of what was made, in order. */
const made: string[] = [];

before(async () => {
  platform = await startTestPlatform();
  follow(ConfigMap as Kind);
  follow(Job as Kind, finish);
});
after(async () => {
  ended.abort();
  await platform?.stop();
});

async function follow(kind: Kind, then?: (object: Stored<AnyObject>) => Promise<unknown>): Promise<void> {
  try {
    for await (const { type, object } of platform.client.watch(kind, { namespace, signal: ended.signal })) {
      if (type !== 'ADDED') continue;
      made.push(object.metadata.name);
      await then?.(object as Stored<AnyObject>);
    }
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  }
}

/** Every Job is done as soon as it is there. */
function finish({ metadata: { name } }: Stored<AnyObject>): Promise<unknown> {
  const now = new Date(0).toISOString();
  const conditions = ['SuccessCriteriaMet', 'Complete'].map(type => ({
    type,
    status: 'True',
    lastTransitionTime: now,
  }));
  const body = { status: { startTime: now, completionTime: now, succeeded: 1, conditions } };
  return platform.client.patch(Job, { namespace, name }, { type: 'merge', body }, { subresource: 'status' });
}

function job(name: string, hook: string): string {
  const annotations = {
    'argocd.argoproj.io/hook': hook,
    'argocd.argoproj.io/hook-delete-policy': 'HookSucceeded',
  };
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'example.test/a' }] } };
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations },
    spec: { template },
  });
}

function map(name: string, wave: number): string {
  const annotations = { 'argocd.argoproj.io/sync-wave': String(wave) };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, annotations },
    data: { a: 'b' },
  });
}

function filesOf(name: string): Record<string, string> {
  return {
    [`${name}/before.yaml`]: job(`${name}-before`, 'PreSync'),
    [`${name}/one.yaml`]: map(`${name}-one`, -1),
    [`${name}/two.yaml`]: map(`${name}-two`, 2),
    [`${name}/after.yaml`]: job(`${name}-after`, 'PostSync'),
  };
}

interface Dying {
  client: Client;
  /** Resolves when the last write has been made. */
  died: Promise<void>;
}

/** A client of a process that ends with its nth write: that one reaches the server, nobody hears the answer. */
function dyingClient(client: Client, writes: number): Dying {
  let left = writes;
  const { promise: died, resolve } = Promise.withResolvers<void>();
  const gone = () => Promise.reject(new Error('this process has ended'));
  const write =
    <A extends [Kind, ...unknown[]], R>(verb: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (left <= 0) return gone();
      const isRehearsal = args.some(each => (each as { dryRun?: boolean } | undefined)?.dryRun === true);
      if (!COUNTED.includes(args[0].kind) || isRehearsal) return verb(...args);
      left--;
      const answer = await verb(...args);
      if (left > 0) return answer;
      resolve();
      return gone();
    };
  const { create, update, patch, apply } = client;
  const dying = {
    ...client,
    create: write(create.bind(client) as (kind: Kind, object: KubeObject) => Promise<unknown>),
    update: write(update.bind(client) as (kind: Kind, object: KubeObject) => Promise<unknown>),
    patch: write(patch.bind(client) as (kind: Kind, ...rest: unknown[]) => Promise<unknown>),
    apply: write(apply.bind(client) as (kind: Kind, ...rest: unknown[]) => Promise<unknown>),
    delete: write(client.delete.bind(client) as (kind: Kind, ...rest: unknown[]) => Promise<unknown>),
  } as Client;
  return { client: dying, died };
}

async function statusOf(name: string): Promise<ApplicationStatus> {
  const application = await platform.client.get(Application, { namespace: 'argocd', name });
  return (application.status ?? {}) as ApplicationStatus;
}

async function synced(name: string): Promise<'synced'> {
  for (;;) {
    const { sync, operationState } = await statusOf(name);
    if (sync?.status === 'Synced' && operationState?.phase === 'Succeeded') return 'synced';
    if (operationState?.phase === 'Failed' || operationState?.finishedAt) {
      if (operationState.phase !== 'Succeeded') throw new Error(JSON.stringify(operationState));
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

test('a sync that is cut off after any of its writes is taken up, and does nothing twice', {
  timeout: 240_000,
}, async () => {
  const names = Array.from({ length: MOST_WRITES }, (_, index) => `cut-${index + 1}`);
  await platform.push(Object.assign({}, ...names.map(filesOf)));
  let cuts = 0;
  for (const [index, name] of names.entries()) {
    const { client, died } = dyingClient(platform.kube.client(), index + 1);
    await platform.restart(client);
    await platform.application(name);
    const first = await Promise.race([died.then(() => 'cut off' as const), synced(name)]);
    await platform.restart();
    await synced(name);
    const own = made.filter(each => each.startsWith(`${name}-`)).map(each => each.slice(name.length + 1));
    assert.deepEqual(own, ['before', 'one', 'two', 'after'], `cut off after write ${index + 1}`);
    const { history, operationState } = await statusOf(name);
    assert.equal(history?.length, 1, `cut off after write ${index + 1}`);
    assert.equal(operationState?.retryCount, undefined);
    for (const hook of ['before', 'after'])
      while (await platform.client.find(Job, { namespace, name: `${name}-${hook}` }))
        await new Promise(resolve => setTimeout(resolve, 20));
    if (first === 'synced') break;
    cuts++;
  }
  assert.ok(cuts >= 10, `only ${cuts} writes were cut off`);
});
