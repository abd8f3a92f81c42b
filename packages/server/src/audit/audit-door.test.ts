import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { UserInfo } from '@slipway/api';
import { auditRecords, checkAudit, createClient, impersonate, recordAction } from '@slipway/client';
import {
  AuditRecord,
  auditRecordDefinition,
  auditRules,
  ClusterRole,
  ClusterRoleBinding,
  ServiceAccount,
  type TokenRequest,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';

const ACTION: AuditRecord['spec'] = {
  actor: 'ann',
  door: 'git',
  verb: 'push',
  resource: 'repositories.source.slipway.dev',
  object: 'acme/shop refs/heads/main 0000..1111',
  outcome: 'allowed',
  source: '192.0.2.7',
};
const ENGINE = account('slipway-system', 'gitea');

let kube: Kube;

before(async () => {
  kube = await startKube({ controllers: false });
  kube.server.openAuditDoor({ definition: auditRecordDefinition, namespace: 'slipway-system' });
  const meta = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'audits' } };
  const client = kube.client();
  await client.create(ClusterRole, { ...meta, kind: 'ClusterRole', rules: auditRules('git') });
  await client.create(ClusterRoleBinding, {
    ...meta,
    kind: 'ClusterRoleBinding',
    subjects: [ENGINE.username, 'system:serviceaccount:acme:robot', 'ann'].map(name => ({
      kind: 'User' as const,
      name,
      apiGroup: 'rbac.authorization.k8s.io',
    })),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'audits' },
  });
});
after(() => kube.stop());

function account(namespace: string, name: string): UserInfo {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return { username: `system:serviceaccount:${namespace}:${name}`, groups };
}

const atGit = () => kube.server.audit.search({ door: 'git' });

test('an engine appends what somebody did at its door, into the one chain', async () => {
  await recordAction(kube.client(ENGINE), ACTION);
  const [newest] = await atGit();
  const { actor, door, verb, resource, object, outcome, source } = newest ?? {};
  assert.deepEqual(
    { actor, door, verb, resource, object, outcome, source },
    { ...ACTION, source: '192.0.2.7 via gitea' },
  );
  assert.ok((await kube.server.audit.verify()).intact);
});

const refused: { by: UserInfo; action?: Partial<AuditRecord['spec']>; reason: string; because: string }[] = [
  {
    by: { username: 'ann', groups: ['system:authenticated'] },
    reason: 'Forbidden',
    because: 'a person has the right by mistake, and still is no engine',
  },
  {
    by: { username: 'root', groups: ['system:masters'] },
    reason: 'Forbidden',
    because: 'not even an administrator writes what others did',
  },
  {
    by: account('acme', 'robot'),
    reason: 'Forbidden',
    because: 'accounts of other namespaces are anybody’s',
  },
  { by: account('slipway-system', 'other'), reason: 'Forbidden', because: 'it has no right to create' },
  { by: ENGINE, action: { door: 'registry' }, reason: 'Forbidden', because: 'that is another one’s door' },
  { by: ENGINE, action: { door: 'api' }, reason: 'Invalid', because: 'the API records for itself' },
  { by: ENGINE, action: { actor: '' }, reason: 'Invalid', because: 'every action has an actor' },
  { by: ENGINE, action: { object: 'a\nb' }, reason: 'Invalid', because: 'lines would be forged' },
  { by: ENGINE, action: { object: 'x'.repeat(2049) }, reason: 'Invalid', because: 'records are small' },
  {
    by: ENGINE,
    action: { outcome: 'maybe' as 'failed' },
    reason: 'Invalid',
    because: 'outcomes are three',
  },
  {
    by: ENGINE,
    action: { time: '2000-01-01' } as object,
    reason: 'Invalid',
    because: 'the store alone knows the time',
  },
];
for (const { by, action, reason, because } of refused) {
  test(`an audit record is refused with ${reason}: ${because}`, async () => {
    const before = await atGit();
    await assert.rejects(recordAction(kube.client(by), { ...ACTION, ...action }), { reason });
    assert.deepEqual(await atGit(), before, 'nothing was appended');
  });
}

test('an administrator cannot append by impersonating an engine', async () => {
  const admin = { username: 'root', groups: ['system:masters', 'system:authenticated'] };
  const client = createClient(impersonate(kube.server.transport(admin), ENGINE));
  await assert.rejects(recordAction(client, ACTION), { reason: 'Forbidden' });
});

test('records cannot be changed, removed or watched as objects', async () => {
  const client = kube.client();
  await assert.rejects(client.delete(AuditRecord, { name: '1' }), { reason: 'MethodNotAllowed' });
  await assert.rejects(client.get(AuditRecord, { name: '1' }), { reason: 'MethodNotAllowed' });
  const kinds = await client.kinds();
  assert.ok(!kinds.some(kind => kind.plural === 'auditrecords'), 'nobody is told to collect them');
});

test('whoever may list reads the audit in pages, and can check the chain alone', async () => {
  const client = kube.client();
  const records = await Array.fromAsync(auditRecords(client));
  assert.ok(records.length > 60);
  const verdict = await checkAudit(records);
  assert.deepEqual(verdict, { intact: true, records: records.length, head: records[0]?.status?.hash });
  const own = await kube.server.audit.verify();
  assert.equal(own.intact && own.head, verdict.intact && verdict.head, 'both sides agree on the formula');
  const page = await client.list(AuditRecord, { limit: 50 });
  assert.deepEqual([page.items.length, page.metadata.continue], [50, page.items.at(-1)?.metadata.name]);
  const pushes = await client.list(AuditRecord, { fieldSelector: 'spec.door=git,spec.actor=ann' });
  assert.equal(pushes.items.length, 1);
  await assert.rejects(client.list(AuditRecord, { fieldSelector: 'spec.nothing=1' }), {
    reason: 'BadRequest',
  });
  const ann = kube.client({ username: 'ann', groups: ['system:authenticated'] });
  await assert.rejects(ann.list(AuditRecord), { reason: 'Forbidden' });
});

test('the audit names whoever acts in another’s name, and tokens made for accounts', async () => {
  const admin = { username: 'root', groups: ['system:masters', 'system:authenticated'] };
  const metadata = { name: 'made', namespace: 'default' };
  const client = createClient(
    impersonate(kube.server.transport(admin), { username: 'bob', groups: ['system:masters'] }),
  );
  await client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  const [made] = await kube.server.audit.search({ resource: 'serviceaccounts', actor: 'bob' });
  assert.equal(made?.source, 'in-process via root');
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata,
    spec: { expirationSeconds: 3600 },
  };
  await kube.client().create(ServiceAccount, request, { subresource: 'token', name: 'made' });
  const [token] = await kube.server.audit.search({ resource: 'serviceaccounts/token' });
  assert.deepEqual([token?.object, token?.actor], ['default/made', 'kubernetes-admin']);
});
