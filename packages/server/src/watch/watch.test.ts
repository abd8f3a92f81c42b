import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KubeObject } from '@slipway/api';
import { startTestServer, type TestServer } from '../http/server.fixture.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
let running: TestServer;

before(async () => {
  running = await startTestServer();
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
});
after(() => running.stop());

async function post(path: string, object: object): Promise<KubeObject> {
  const answer = await running.send({ method: 'POST', path, body: JSON.stringify(object) });
  assert.equal(answer.status, 201, answer.body);
  return JSON.parse(answer.body) as KubeObject;
}

function configMap(name: string, labels: Record<string, string> = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } };
}

async function patch(name: string, body: object): Promise<void> {
  const contentType = 'application/merge-patch+json';
  const answer = await running.send({
    method: 'PATCH',
    path: `${PATH}/${name}`,
    contentType,
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, answer.body);
}

interface Event {
  type: string;
  object: KubeObject & { code?: number; reason?: string };
}

interface Watching {
  /** Waits until there are so many events, and gives them all. */
  until(count: number): Promise<Event[]>;
  stop(): Promise<void>;
}

async function watch(query: Record<string, string>, path = PATH): Promise<Watching> {
  const stopper = new AbortController();
  const answer = await running.send({ path, query: { watch: 'true', ...query }, signal: stopper.signal });
  assert.equal(answer.status, 200, answer.body);
  const events: Event[] = [];
  let wake = () => {};
  const reading = (async () => {
    for await (const chunk of answer.stream ?? []) {
      for (const line of chunk.split('\n').filter(Boolean)) events.push(JSON.parse(line) as Event);
      wake();
    }
  })();
  return {
    until: async count => {
      while (events.length < count) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      return events;
    },
    stop: async () => {
      stopper.abort();
      await reading;
    },
  };
}

const named = (event: Event) => `${event.type} ${event.object.metadata.name}`;

test('a watch by label sees objects come into and leave its selection', async () => {
  const watching = await watch({ labelSelector: 'tier=a' });
  await post(PATH, configMap('s1', { tier: 'b' }));
  await patch('s1', { metadata: { labels: { tier: 'a' } } });
  await patch('s1', { data: { x: 'y' } });
  await patch('s1', { metadata: { labels: { tier: 'c' } } });
  const events = await watching.until(3);
  assert.deepEqual(events.map(named), ['ADDED s1', 'MODIFIED s1', 'DELETED s1']);
  assert.equal(events[2]?.object.metadata.labels?.tier, 'a', 'the state in which it was last selected');
  assert.ok(
    Number(events[2]?.object.metadata.resourceVersion) > Number(events[1]?.object.metadata.resourceVersion),
  );
  await watching.stop();
});

test('a watch from a version sees exactly what came after it', async () => {
  const first = await post(PATH, configMap('v1'));
  await post(PATH, configMap('v2'));
  const watching = await watch({ resourceVersion: first.metadata.resourceVersion ?? '' });
  await post(PATH, configMap('v3'));
  assert.deepEqual((await watching.until(2)).map(named), ['ADDED v2', 'ADDED v3']);
  await watching.stop();
});

test('a watch from a forgotten version is told 410 Expired', async () => {
  const first = await post(PATH, configMap('e1'));
  await post(PATH, configMap('e2'));
  running.server.store.compact();
  const watching = await watch({ resourceVersion: first.metadata.resourceVersion ?? '' });
  const [event] = await watching.until(1);
  assert.equal(event?.type, 'ERROR');
  assert.equal(event?.object.code, 410);
  assert.equal(event?.object.reason, 'Expired');
  await watching.stop();
});

test('a watch list gives the present, then its bookmark, then changes, each once', async () => {
  const watching = await watch({
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
  });
  const created = Promise.all(Array.from({ length: 20 }, (_, i) => post(PATH, configMap(`wl${i}`))));
  await created;
  const list = JSON.parse((await running.send({ path: PATH })).body) as { items: unknown[] };
  const events = await watching.until(list.items.length + 1);
  const end = events.findIndex(event => event.type === 'BOOKMARK');
  assert.equal(events[end]?.object.metadata.annotations?.['k8s.io/initial-events-end'], 'true');
  const names = events.filter(event => event.type === 'ADDED').map(event => event.object.metadata.name);
  assert.equal(new Set(names).size, names.length, 'nothing comes twice');
  assert.equal(names.length, list.items.length);
  await watching.stop();
});

test('a watch of one namespace does not hear of another', async () => {
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default-2' } });
  const watching = await watch({ resourceVersion: String(running.server.store.resourceVersion) });
  await post('/api/v1/namespaces/default-2/configmaps', configMap('elsewhere'));
  await post(PATH, configMap('here'));
  assert.deepEqual((await watching.until(1)).map(named), ['ADDED here']);
  await watching.stop();
});

test('watches end when the server closes', async () => {
  const other = await startTestServer();
  const answer = await other.send({ path: '/api/v1/namespaces', query: { watch: 'true' } });
  const reading = (async () => {
    for await (const _ of answer.stream ?? []);
  })();
  await other.stop();
  await reading;
});
