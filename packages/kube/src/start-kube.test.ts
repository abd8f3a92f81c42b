import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '@slipway/kinds';
import { startKube } from './start-kube.ts';

test('startKube() gives a client that creates, changes, lists, watches and deletes', async () => {
  const kube = await startKube();
  try {
    const client = kube.client();
    const made = await client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'default' },
      data: { key: 'value' },
    });
    assert.ok(made.metadata.uid);
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of client.watch(ConfigMap, { namespace: 'default', signal: stop.signal })) {
        seen.push(`${event.type} ${event.object.metadata.name}`);
        if (event.type === 'DELETED') return;
      }
    })();
    await client.update(ConfigMap, { ...made, data: { key: 'other' } });
    await assert.rejects(client.update(ConfigMap, { ...made, data: { key: 'third' } }), { code: 'Conflict' });
    const list = await client.list(ConfigMap, { namespace: 'default' });
    assert.deepEqual(
      list.items.map(item => item.data),
      [{ key: 'other' }],
    );
    await client.delete(ConfigMap, { namespace: 'default', name: 'a' });
    await watching;
    stop.abort();
    assert.ok(seen.includes('DELETED a'), seen.join());
    assert.equal(await client.find(ConfigMap, { namespace: 'default', name: 'a' }), undefined);
  } finally {
    await kube.stop();
  }
});
