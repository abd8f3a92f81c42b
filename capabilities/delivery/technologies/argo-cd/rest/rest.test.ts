import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { AnyObject, Kind } from '@slipway/api';
import { ClusterRole, ClusterRoleBinding, Namespace, ServiceAccount } from '@slipway/kinds';
import { startChartServer } from '../../../../../packages/sources/src/chart/chart-server.fixture.ts';
import { startTestPlatform, type TestPlatform } from '../platform.fixture.ts';
import type { ApplicationTree } from './tree/node.ts';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: example.test/app:1 }] }
---
apiVersion: v1
kind: Secret
metadata: { name: password }
stringData: { value: not-for-eyes }
`;

interface Answer<T> {
  status: number;
  body: T;
}

describe("Argo CD's REST API", () => {
  let platform: TestPlatform;
  let server: Server;
  let url = '';
  const tokens: Record<string, string> = {};

  before(async () => {
    platform = await startTestPlatform();
    server = createServer((request, response) => void platform.handler()(request, response));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    tokens.admin = await tokenOf(platform, 'ci', 'cluster-admin');
    tokens.nobody = await tokenOf(platform, 'nobody');
    tokens.reader = await tokenOf(platform, 'reader', 'reads-applications');
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await platform.stop();
  });

  async function call<T = AnyObject>(
    method: string,
    path: string,
    { as = 'admin', body }: { as?: string; body?: unknown } = {},
  ): Promise<Answer<T>> {
    const token = tokens[as];
    const answer = await fetch(`${url}${path}`, {
      method,
      ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  }

  const manual = { syncPolicy: {} };
  async function synced(name: string, spec: object = {}): Promise<string> {
    const revision = await platform.push({ [`${name}/all.yaml`]: deployment.replaceAll('web', name) });
    await platform.application(name, spec);
    return revision;
  }

  it('says its version to anybody, and who has signed in', async () => {
    assert.match((await call<{ Version: string }>('GET', '/api/version', { as: '' })).body.Version, /^v3/);
    const nobody = await call('GET', '/api/v1/session/userinfo', { as: '' });
    assert.deepEqual(nobody.body, { loggedIn: false });
    const { body } = await call<{ username: string }>('GET', '/api/v1/session/userinfo');
    assert.equal(body.username, 'system:serviceaccount:default:ci');
  });

  it('gives a session for a token as password, and none for anything else', async () => {
    const session = (password: string) =>
      call<{ token: string; message: string }>('POST', '/api/v1/session', {
        as: '',
        body: { username: 'ci', password },
      });
    assert.equal((await session(tokens.admin ?? '')).body.token, tokens.admin);
    const refused = await session('wrong');
    assert.deepEqual([refused.status, refused.body.message], [401, 'Invalid username or password']);
  });

  it('refuses as upstream does: without a token, without rights, and what is not there alike', async () => {
    const path = '/api/v1/applications/nowhere';
    const none = await call('GET', path, { as: '' });
    assert.deepEqual(none, {
      status: 401,
      body: { error: 'no session information', code: 16, message: 'no session information' },
    });
    const denied = { error: 'permission denied', code: 7, message: 'permission denied' };
    assert.deepEqual(await call('GET', path), { status: 403, body: denied });
    assert.deepEqual(await call('GET', path, { as: 'nobody' }), { status: 403, body: denied });
    const named = await call<{ message: string }>('GET', `${path}?project=default`);
    assert.deepEqual(
      [named.status, named.body.message],
      [404, 'applications.argoproj.io "nowhere" not found'],
    );
    const unknown = await call<{ message: string }>('GET', '/api/v1/gpgkeys');
    assert.equal(unknown.status, 501);
    assert.match(unknown.body.message, /gpgkeys: not served here; who signed commits is not checked/);
  });

  it('says what one may do, by the platform’s rights', async () => {
    const may = async (as: string, path: string) =>
      (await call<{ value: string }>('GET', `/api/v1/account/can-i/${path}`, { as })).body.value;
    assert.equal(await may('admin', 'applications/sync/default/web'), 'yes');
    assert.equal(await may('reader', 'applications/get/default/argocd/web'), 'yes');
    assert.equal(await may('reader', 'applications/sync/default/web'), 'no');
    assert.equal(await may('nobody', 'applications/get/*'), 'no');
    const wrong = await call<{ message: string }>('GET', '/api/v1/account/can-i/applications/fly/*');
    assert.match(wrong.body.message, /does not contain fly/);
  });

  it('lists what one may see, as much of it as one asks for', async () => {
    await synced('listed');
    await platform.until('listed', ({ sync }) => sync?.status === 'Synced');
    const list = await call<{ items: AnyObject[] }>(
      'GET',
      '/api/v1/applications?fields=items.metadata.name,items.status.sync.status',
    );
    assert.deepEqual(
      list.body.items.find(({ metadata }) => metadata.name === 'listed'),
      { metadata: { name: 'listed' }, status: { sync: { status: 'Synced' } } },
    );
    const hidden = await call<{ items: AnyObject[] }>('GET', '/api/v1/applications', { as: 'nobody' });
    assert.deepEqual(hidden.body.items, []);
    const refreshed = await call<AnyObject>('GET', '/api/v1/applications/listed?refresh=normal');
    assert.equal(refreshed.body.metadata.annotations?.['argocd.argoproj.io/refresh'], undefined);
  });

  it('syncs, shows the tree and its objects, and hides what is secret', async () => {
    await synced('manual', manual);
    await platform.until('manual', ({ sync }) => sync?.status === 'OutOfSync');
    const asked = await call('POST', '/api/v1/applications/manual/sync', { as: 'reader', body: {} });
    assert.equal(asked.status, 403);
    const started = await call<AnyObject>('POST', '/api/v1/applications/manual/sync', { body: {} });
    assert.deepEqual((started.body.operation as { initiatedBy: object }).initiatedBy, {
      username: 'system:serviceaccount:default:ci',
    });
    await platform.until('manual', ({ operationState }) => operationState?.phase === 'Succeeded');
    const pair = await call<{ items: Record<string, string>[] }>(
      'GET',
      '/api/v1/applications/manual/managed-resources?kind=Secret',
    );
    assert.equal(pair.body.items.length, 1);
    assert.equal(pair.body.items[0]?.normalizedLiveState, pair.body.items[0]?.predictedLiveState);
    assert.doesNotMatch(JSON.stringify(pair.body), /not-for-eyes|bm90LWZvci1leWVz/);
    const rendered = await call<{ manifests: string[]; sourceType: string }>(
      'GET',
      '/api/v1/applications/manual/manifests',
    );
    assert.equal(rendered.body.sourceType, 'Directory');
    assert.deepEqual(
      rendered.body.manifests.map(text => (JSON.parse(text) as AnyObject).kind),
      ['Deployment', 'Secret'],
    );
    assert.doesNotMatch(JSON.stringify(rendered.body), /not-for-eyes/);
    const tree = await until(
      () => call<ApplicationTree>('GET', '/api/v1/applications/manual/resource-tree'),
      ({ body }) => body.nodes.some(({ kind }) => kind === 'ReplicaSet'),
    );
    const replicas = tree.body.nodes.find(({ kind }) => kind === 'ReplicaSet');
    assert.equal(replicas?.parentRefs?.[0]?.kind, 'Deployment');
    const query = 'namespace=web&resourceName=password&kind=Secret&version=v1';
    const secret = await call<{ manifest: string }>('GET', `/api/v1/applications/manual/resource?${query}`);
    assert.equal(JSON.parse(secret.body.manifest).metadata.name, 'password');
    assert.doesNotMatch(secret.body.manifest, /not-for-eyes|bm90LWZvci1leWVz/);
    const foreign = await call<{ message: string }>(
      'GET',
      '/api/v1/applications/manual/resource?namespace=default&resourceName=ci&kind=ServiceAccount&version=v1',
    );
    assert.match(foreign.body.message, /not found as part of application manual/);
  });

  it('rolls back to what was deployed, unless it is automated; ends nothing where nothing runs', async () => {
    const first = await synced('back', manual);
    await platform.until('back', ({ sync }) => sync?.status === 'OutOfSync');
    await call('POST', '/api/v1/applications/back/sync', { body: {} });
    const { status } = await platform.until('back', ({ history }) => history?.length === 1);
    const [entry] = (status as { history: { id: number }[] }).history;
    const commit = await call<{ author: string; message: string; date: string }>(
      'GET',
      `/api/v1/applications/back/revisions/${first}/metadata`,
    );
    assert.match(commit.body.author, /^.+ <.+@.+>$/);
    assert.ok(Date.parse(commit.body.date) > 0 && commit.body.message.length > 0);
    const none = await call('GET', `/api/v1/applications/back/revisions/main/metadata`);
    assert.equal(none.status, 400);
    await platform.push({ 'back/more.yaml': deployment.replaceAll('web', 'more') });
    const rollback = (id: number) =>
      call<{ operation: { sync: { revision: string } }; message: string }>(
        'POST',
        '/api/v1/applications/back/rollback',
        { body: { id } },
      );
    assert.match((await rollback(99)).body.message, /does not have deployment with id 99/);
    assert.equal((await rollback(entry?.id ?? 0)).body.operation.sync.revision, first);
    await platform.until('back', ({ history }) => history?.length === 2);
    const idle = await call<{ message: string }>('DELETE', '/api/v1/applications/back/operation');
    assert.match(idle.body.message, /No operation is in progress/);
    const automated = await call<{ message: string }>('POST', '/api/v1/applications/listed/rollback', {
      body: { id: 1 },
    });
    assert.match(automated.body.message, /auto-sync is enabled/);
  });

  it('creates, patches and deletes with what it made', async () => {
    const application = {
      metadata: { name: 'made' },
      spec: {
        project: 'default',
        source: { repoURL: platform.git.url, path: 'made', targetRevision: 'main' },
        destination: { server: 'https://kubernetes.default.svc', namespace: 'web' },
      },
    };
    const create = (body: object, query = '') =>
      call<AnyObject>('POST', `/api/v1/applications${query}`, { body });
    assert.equal((await create(application)).body.metadata.namespace, 'argocd');
    assert.equal((await create(application)).status, 200, 'the same again changes nothing');
    const other = { ...application, spec: { ...application.spec, revisionHistoryLimit: 3 } };
    assert.equal((await create(other)).status, 400);
    assert.equal((await create(other, '?upsert=true')).body.spec?.revisionHistoryLimit, 3);
    const patched = await call<AnyObject>('PATCH', '/api/v1/applications/made', {
      body: { patch: '{"spec":{"revisionHistoryLimit":5}}', patchType: 'merge' },
    });
    assert.equal(patched.body.spec?.revisionHistoryLimit, 5);
    const wrong = await call(
      'DELETE',
      '/api/v1/applications/made?cascade=false&propagationPolicy=background',
    );
    assert.equal(wrong.status, 400);
    assert.equal((await call('DELETE', '/api/v1/applications/made')).status, 200);
  });

  it('runs Argo CD’s own actions as who asks, and no others', async () => {
    await synced('acted');
    await platform.until('acted', ({ sync }) => sync?.status === 'Synced');
    const place = 'namespace=web&resourceName=acted&kind=Deployment&group=apps&version=v1';
    const path = '/api/v1/applications/acted/resource/actions';
    const list = await call<{ actions: { name: string }[] }>('GET', `${path}?${place}`);
    assert.deepEqual(
      list.body.actions.map(({ name }) => name),
      ['pause', 'restart', 'resume', 'scale'],
    );
    assert.equal((await call('POST', `${path}?${place}`, { body: 'pause', as: 'reader' })).status, 403);
    assert.equal((await call('POST', `${path}?${place}`, { body: 'pause' })).status, 200);
    const wish = {
      namespace: 'web',
      resourceName: 'acted',
      kind: 'Deployment',
      group: 'apps',
      version: 'v1',
    };
    const scaled = (value: string) =>
      call<{ message: string }>('POST', `${path}/v2`, {
        body: { ...wish, action: 'scale', resourceActionParameters: [{ name: 'replicas', value }] },
      });
    assert.equal((await scaled('2')).status, 200);
    assert.match((await scaled('x')).body.message, /invalid number: x/);
    const live = await call<{ manifest: string }>('GET', `/api/v1/applications/acted/resource?${place}`);
    const { spec } = JSON.parse(live.body.manifest) as { spec: { replicas: number } };
    assert.equal(spec.replicas, 2);
    const unknown = await call<{ message: string }>('POST', `${path}?${place}`, { body: 'fly' });
    assert.match(unknown.body.message, /no action fly/);
  });

  it('writes clusters as who asks, and never shows their credentials', async () => {
    const cluster = {
      server: 'https://far.example.test:6443',
      name: 'far',
      config: { bearerToken: 'not-for-eyes', tlsClientConfig: { insecure: true } },
      namespaces: ['a', 'b'],
    };
    const path = `/api/v1/clusters/${encodeURIComponent(cluster.server)}`;
    assert.equal((await call('POST', '/api/v1/clusters', { body: cluster, as: 'reader' })).status, 403);
    const made = await call('POST', '/api/v1/clusters', { body: cluster });
    assert.deepEqual([made.status, JSON.stringify(made.body).includes('not-for-eyes')], [200, false]);
    const exec = { ...cluster, config: { execProviderConfig: { command: 'sh' } } };
    assert.match(
      (await call<{ message: string }>('POST', '/api/v1/clusters?upsert=true', { body: exec })).body.message,
      /execProviderConfig is not supported/,
    );
    const found = () => call<{ name: string; namespaces: string[] }>('GET', path);
    await until(found, ({ body }) => body.name === 'far');
    const renamed = await call('PUT', path, { body: { ...cluster, name: 'farther', namespaces: [] } });
    assert.equal(renamed.status, 200);
    await until(found, ({ body }) => body.name === 'farther' && body.namespaces === undefined);
    assert.equal((await call('DELETE', path)).status, 200);
    await until(found, ({ status }) => status === 403);
    const own = encodeURIComponent('https://kubernetes.default.svc');
    assert.equal((await call('DELETE', `/api/v1/clusters/${own}`)).status, 400);
  });

  it('streams what changes', async () => {
    const gone = new AbortController();
    const answer = await fetch(`${url}/api/v1/stream/applications?name=streamed`, {
      headers: { authorization: `Bearer ${tokens.admin}` },
      signal: gone.signal,
    });
    await synced('streamed');
    let text = '';
    for await (const piece of answer.body ?? []) {
      text += Buffer.from(piece).toString();
      if (text.includes('"status":"Synced"')) break;
    }
    gone.abort();
    const first = JSON.parse(text.slice(0, text.indexOf('\n'))) as {
      result: { type: string; application: AnyObject };
    };
    assert.deepEqual([first.result.type, first.result.application.metadata.name], ['ADDED', 'streamed']);
  });

  it('shows projects, clusters and repositories, never their secrets', async () => {
    const projects = await call<{ items: AnyObject[] }>('GET', '/api/v1/projects');
    assert.ok(projects.body.items.some(({ metadata }) => metadata.name === 'default'));
    const clusters = await call<{ items: { name: string }[] }>('GET', '/api/v1/clusters');
    assert.deepEqual(
      clusters.body.items.map(({ name }) => name),
      ['in-cluster'],
    );
    const repository = {
      repo: 'https://git.example.test/a/b.git',
      username: 'ann',
      password: 'not-for-eyes',
    };
    assert.equal((await call('POST', '/api/v1/repositories', { body: repository })).status, 200);
    const list = await until(
      () => call<{ items: { repo: string; username: string }[] }>('GET', '/api/v1/repositories'),
      ({ body }) => body.items.length === 1,
    );
    assert.deepEqual(
      list.body.items.map(each => [each.repo, each.username]),
      [[repository.repo, 'ann']],
    );
    assert.doesNotMatch(JSON.stringify(list.body), /not-for-eyes/);
    const path = `/api/v1/repositories/${encodeURIComponent(repository.repo)}`;
    const changed = { repo: repository.repo, type: 'git', bearerToken: 'not-for-eyes' };
    assert.equal((await call('PUT', path, { body: changed })).status, 200);
    await until(
      () => call<{ username?: string }>('GET', path),
      ({ body }) => body.username === undefined,
    );
    assert.deepEqual(
      (await call<{ items: object[] }>('GET', '/api/v1/repositories', { as: 'nobody' })).body.items,
      [],
    );
  });

  it('tells what a chart says of itself at a version', async () => {
    const charts = await startChartServer({ password: 'word' });
    charts.files.set('/web.tgz', await packedChart());
    const entries = { web: [{ version: '1.2.3', urls: ['web.tgz'] }] };
    charts.files.set('/index.yaml', JSON.stringify({ apiVersion: 'v1', entries }));
    const repository = {
      repo: charts.url,
      type: 'helm',
      name: 'charts',
      username: 'ann',
      password: 'word',
      insecure: true,
    };
    assert.equal((await call('POST', '/api/v1/repositories', { body: repository })).status, 200);
    const source = { repoURL: charts.url, chart: 'web', targetRevision: '1.2.3' };
    await platform.application('charted', { ...manual, source });
    const details = () => call('GET', '/api/v1/applications/charted/revisions/1.2.3/chartdetails');
    const { body } = await until(details, ({ status }) => status === 200);
    assert.deepEqual(body, {
      description: 'A web server',
      home: 'https://example.test',
      maintainers: ['Ada <ada@example.test>', 'Ben'],
    });
    const none = await call<{ message: string }>(
      'GET',
      '/api/v1/applications/acted/revisions/1/chartdetails',
    );
    assert.match(none.body.message, /no chart found for application: acted/);
    charts.stop();
  });
});

async function packedChart(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-rest-'));
  try {
    await mkdir(join(folder, 'web'));
    const about = 'description: A web server\nhome: https://example.test\n';
    const people = 'maintainers:\n- name: Ada\n  email: ada@example.test\n- name: Ben\n';
    await writeFile(
      join(folder, 'web', 'Chart.yaml'),
      `apiVersion: v2\nname: web\nversion: 1.2.3\n${about}${people}`,
    );
    await promisify(execFile)('tar', ['czf', 'web.tgz', 'web'], { cwd: folder });
    return await readFile(join(folder, 'web.tgz'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const end = performance.now() + 15_000;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (performance.now() > end) throw new Error(`never so: ${JSON.stringify(answer)}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

interface TokenRequest extends AnyObject {
  status?: { token: string };
}

/** A ServiceAccount's token, with a role for everything when one is named. */
async function tokenOf({ client }: TestPlatform, name: string, role?: string): Promise<string> {
  const key = { namespace: 'default', name };
  await client
    .create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
    .catch(() => {});
  await client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: key });
  const rbac = 'rbac.authorization.k8s.io';
  if (role === 'reads-applications')
    await client.create(ClusterRole, {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: role },
      rules: [{ apiGroups: ['argoproj.io'], resources: ['applications'], verbs: ['get', 'list'] }],
    });
  if (role)
    await client.create(ClusterRoleBinding, {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', ...key }],
    });
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: key,
    spec: { audiences: [], expirationSeconds: 3600 },
  };
  const made = await client.create(ServiceAccount as Kind<TokenRequest>, request, {
    subresource: 'token',
    name,
  });
  return made.status?.token ?? '';
}
