import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { UserInfo } from '@slipway/api';
import {
  auditChain,
  auditRecords,
  auditSelector,
  checkAudit,
  createClient,
  impersonate,
  recordAction,
} from '@slipway/client';
import {
  AuditRecord,
  auditRecordDefinition,
  auditRules,
  ClusterRole,
  ClusterRoleBinding,
  ConfigMap,
  Namespace,
  ResourceQuota,
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
  const records = await Array.fromAsync(auditChain(client));
  assert.ok(records.length > 60);
  const verdict = await checkAudit(records);
  const { length } = records;
  const head = records.at(-1)?.status?.hash;
  assert.deepEqual(verdict, { intact: true, records: length, first: 1, last: length, head });
  const backwards = await Array.fromAsync(auditRecords(client));
  assert.deepEqual(backwards.toReversed(), records);
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

const searches: { query: Parameters<typeof auditSelector>[0]; found: string[]; because: string }[] = [
  {
    query: { door: 'search' },
    found: ['50%_off, c=d', 'Acme/Shop main', 'acme/web dev'],
    because: 'all of it',
  },
  { query: { object: '*shop*' }, found: ['Acme/Shop main'], because: 'a text is found in either case' },
  { query: { object: 'acme/*' }, found: ['Acme/Shop main', 'acme/web dev'], because: 'a pattern has an end' },
  { query: { object: '50%_off, c=d' }, found: ['50%_off, c=d'], because: 'commas and signs are text' },
  { query: { object: '50%*' }, found: ['50%_off, c=d'], because: 'only * stands for any text' },
  { query: { object: '5_%*' }, found: [], because: 'only * stands for any text' },
  { query: { object: '*', since: '2999-01-01' }, found: [], because: 'nothing is from the future' },
  { query: { door: 'search', until: '2000-01-01' }, found: [], because: 'nothing is that old' },
  { query: { door: 'search', actor: 'b*' }, found: ['acme/web dev'], because: 'who did it is a text, too' },
  { query: { door: 'search', generation: 3 }, found: [], because: 'doors have no generations' },
];
for (const { query, found, because } of searches) {
  test(`the audit is searched for ${auditSelector(query)}: ${because}`, async () => {
    const { audit } = kube.server;
    const [known] = await audit.search({ door: 'search' });
    const objects = ['acme/web dev', 'Acme/Shop main', '50%_off, c=d'];
    for (const object of known ? [] : objects) {
      await audit.append({
        ...ACTION,
        door: 'search',
        object,
        actor: object === 'acme/web dev' ? 'bob' : 'ann',
      });
    }
    const fieldSelector = [auditSelector(query), 'spec.door=search'].join(',');
    const { items } = await kube.client().list(AuditRecord, { fieldSelector });
    assert.deepEqual(
      items.map(({ spec }) => spec.object),
      found,
    );
  });
}

test('people only are asked for without what the platform’s accounts did', async () => {
  const all = await kube.client().list(AuditRecord, { fieldSelector: auditSelector({ people: true }) });
  assert.ok(all.items.length > 0);
  assert.ok(all.items.every(({ spec }) => !spec.actor.startsWith('system:')));
});

const wrong = [
  'spec.object>=a',
  'status.time=2026',
  'status.time>=tomorrow',
  'status.generation=x',
  'a',
  'spec.a=b',
];
for (const fieldSelector of wrong) {
  test(`the audit is not searched for ${fieldSelector}`, async () => {
    await assert.rejects(kube.client().list(AuditRecord, { fieldSelector }), { reason: 'BadRequest' });
  });
}

test('who is refused by a policy is in the audit, and so is what; a dry run is not', async () => {
  const client = kube.client();
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'going' } };
  await client.create(Namespace, namespace);
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: 'going' } };
  await client.create(ResourceQuota, { ...quota, spec: { hard: { configmaps: '0' } } });
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', namespace: 'going' } };
  const denied = () => kube.server.audit.search({ resource: 'configmaps', outcome: 'denied' });
  await assert.rejects(client.create(ConfigMap, map, { dryRun: true }), { reason: 'Forbidden' });
  assert.deepEqual(await denied(), []);
  await assert.rejects(client.create(ConfigMap, map), { reason: 'Forbidden' });
  const [{ actor, verb, object } = {}] = await denied();
  assert.deepEqual([actor, verb, object], ['kubernetes-admin', 'create', 'going/one']);
});
