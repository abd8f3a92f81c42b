import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { AdmittedWrite } from '@slipway/api';
import { ConfigMap, Secret } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { admitterAdmission } from './admitter.ts';

let kube: Kube;
const judged: AdmittedWrite[] = [];

before(async () => {
  kube = await startKube({ controllers: false });
  const admitter = {
    kinds: [{ group: '', plural: 'configmaps' }],
    judge: async (write: AdmittedWrite) => {
      judged.push(write);
      const { data } = write.object as ConfigMap;
      if (data?.broken) throw new Error('the judge is ill');
      return data?.bad ? { refused: 'bad is not good; leave it out' } : {};
    },
  };
  kube.server.addAdmission(admitterAdmission(admitter));
});
after(() => kube.stop());

const map = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

test('admitterAdmission() lets pass what is not refused, and tells what was there before', async () => {
  const client = kube.client();
  const made = await client.create(ConfigMap, map('one', { a: '1' }));
  await client.update(ConfigMap, { ...made, data: { a: '2' } });
  const [created, updated] = judged.slice(-2);
  assert.deepEqual([created?.operation, created?.oldObject], ['CREATE', undefined]);
  assert.equal((updated?.oldObject as ConfigMap | undefined)?.data?.a, '1');
  assert.equal(updated?.namespace, 'default');
});

test('admitterAdmission() refuses in the API’s words, and the audit has who it was', async () => {
  await assert.rejects(kube.client().create(ConfigMap, map('two', { bad: '1' })), {
    reason: 'Forbidden',
    message: 'configmaps "two" is forbidden: bad is not good; leave it out',
  });
  const [denied] = await kube.server.audit.search({ outcome: 'denied' });
  assert.deepEqual([denied?.object, denied?.actor], ['default/two', 'kubernetes-admin']);
});

test('admitterAdmission() stores nothing when it cannot be judged, and asks of no other kind', async () => {
  const client = kube.client();
  await assert.rejects(client.create(ConfigMap, map('three', { broken: '1' })));
  assert.equal(await client.find(ConfigMap, { namespace: 'default', name: 'three' }), undefined);
  const before = judged.length;
  await client.create(Secret, { ...map('four', {}), kind: 'Secret' });
  assert.equal(judged.length, before);
});
