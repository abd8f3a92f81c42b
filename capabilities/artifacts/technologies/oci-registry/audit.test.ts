import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { auditRecordDefinition, auditRules, ClusterRole, ClusterRoleBinding } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { digestOf, MEDIA_TYPE } from '@slipway/oci';
import { AUDIT_DOOR, imageRecorder } from './audit.ts';
import { ADA, BOB, startTestRegistry, type TestRegistry } from './testbed.ts';

const IMAGE = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: [] });
const DIGEST = digestOf(Buffer.from(IMAGE));
const ENGINE = { username: 'system:serviceaccount:slipway-system:oci-registry', groups: [] };

let kube: Kube;
let registry: TestRegistry;

before(async () => {
  kube = await startKube({ controllers: false });
  kube.server.openAuditDoor({ definition: auditRecordDefinition, namespace: 'slipway-system' });
  const api = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'registry' } };
  await kube.client().create(ClusterRole, { ...api, kind: 'ClusterRole', rules: auditRules(AUDIT_DOOR) });
  registry = await startTestRegistry({ record: imageRecorder(kube.client(ENGINE)) });
});
after(async () => {
  await registry.close();
  await kube.stop();
});

function allow(): Promise<unknown> {
  const apiGroup = 'rbac.authorization.k8s.io';
  return kube.client().create(ClusterRoleBinding, {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'registry' },
    subjects: [{ kind: 'User', name: ENGINE.username, apiGroup }],
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'registry' },
  });
}

async function send(method: string, reference: string, authorization = ADA, body?: string): Promise<number> {
  const answer = await fetch(`${registry.url}/v2/acme/app/manifests/${reference}`, {
    method,
    headers: { authorization, 'content-type': MEDIA_TYPE.index },
    ...(body === undefined ? {} : { body }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

test('what cannot be recorded does not happen', async () => {
  assert.equal(await send('PUT', 'v1', ADA, IMAGE), 503);
  assert.equal(await send('GET', 'v1'), 404, 'nothing was pushed');
});

test('pushes, removals and refusals are in the chain, with who did them', async () => {
  await allow();
  assert.equal(await send('PUT', 'v1', ADA, IMAGE), 201);
  assert.equal(await send('PUT', 'v2', BOB, IMAGE), 403);
  assert.equal(await send('PUT', 'v3', ADA, '{"schemaVersion":2}'), 400);
  assert.equal(await send('DELETE', 'v1'), 202);
  const records = await kube.server.audit.search({ door: AUDIT_DOOR });
  const broken = digestOf(Buffer.from('{"schemaVersion":2}'));
  assert.deepEqual(
    records.reverse().map(({ actor, verb, object, outcome }) => [actor, verb, object, outcome]),
    [
      ['ada', 'push', `acme/app:v1 ${DIGEST}`, 'allowed'],
      ['bob', 'push', 'acme/app:v2', 'denied'],
      ['ada', 'push', `acme/app:v3 ${broken}`, 'allowed'],
      ['ada', 'push', `acme/app:v3 ${broken}`, 'failed'],
      ['ada', 'delete', `acme/app:v1 ${DIGEST}`, 'allowed'],
    ],
  );
  assert.match(records[0]?.source ?? '', /^(::ffff:)?127\.0\.0\.1 via oci-registry$/);
  assert.ok((await kube.server.audit.verify()).intact);
});
