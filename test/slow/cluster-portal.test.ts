// The portal on a cluster: people sign in at the real Keycloak and act with their own rights at the real API server,
// which knows nothing of Keycloak.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { updateStatus } from '@slipway/client';
import { parseDefinition, select } from '@slipway/definition';
import { ClusterRoleBinding, Component } from '@slipway/kinds';
import { catalogue } from '../../apps/platform/src/technologies.ts';
import { ask, freePorts, type PlainProcess, startProcess } from '../plain-process.ts';
import { eventually } from '../platform-process.ts';
import { prepareCluster } from '../real-cluster/prepare-platform.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { selfSigned } from '../self-signed.ts';
import { root } from '../source-tree.ts';
import { noTools } from '../tools/cache.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';
import { type Keycloak, startKeycloak } from '../tools/keycloak.ts';
import { codeByForm } from '../tools/keycloak-sign-in.ts';
import { visitor } from '../tools/visitor.ts';

const skip = noRealCluster() || noTools('keycloak', 'gitea');
const SERVED_MS = 60_000;
const PORTAL_URL = 'https://acme.example';
const DEFINITION = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  blueprint: minimal
  domain: acme.example
  target: { kubernetes: {} }
  gitops: false
  capabilities:
    identity: keycloak
    code-repositories: gitea
    config-repositories: gitea
    workflow-orchestration: argo-workflows
    continuous-delivery: argo-cd
    developer-portal:
      technology: slipway-portal
      parameters: { image: 'registry.acme.example/slipway@sha256:${'0'.repeat(64)}' }
`;

const chosen = select(parseDefinition(DEFINITION, 'platform.yaml'), catalogue());
let folder: string;
let cluster: RealCluster | undefined;
let keycloak: Keycloak | undefined;
let gitea: Gitea | undefined;
let controller: PlainProcess;
let portal: string;
/** Cookies of somebody who signed in. */
let session: string;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-cluster-portal-'));
  const tls = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
  [cluster, keycloak] = await Promise.all([
    realCluster({ nodes: 0 }),
    startKeycloak({ folder, tls, host: 'localhost' }),
  ]);
  assert.ok(cluster && keycloak);
  await prepareCluster(cluster, chosen, folder);
  await writeFile(join(folder, 'ca.crt'), tls.cert);
  await writeClient(keycloak);
  gitea = await startSource(keycloak, tls.cert);
  await startPortal();
});
after(async () => {
  await controller?.stop();
  await gitea?.stop();
  await keycloak?.stop();
  await cluster?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('somebody who signs in at Keycloak has a session, and no token reaches the browser', {
  skip,
}, async () => {
  const page = await ask(`${portal}/`, { headers: { accept: 'text/html' } });
  assert.equal(page.status, 302);
  const login = await ask(`${portal}${page.headers.location}`);
  const cookies = cookiesOf(login.headers['set-cookie']);
  const back = await codeByForm(String(login.headers.location), {
    username: 'ann',
    password: 'for-the-test',
  });
  assert.ok(back.startsWith(`${PORTAL_URL}/auth/callback?`), back);
  const done = await ask(`${portal}${back.slice(PORTAL_URL.length)}`, { headers: { cookie: cookies } });
  session = cookiesOf(done.headers['set-cookie']);
  assert.match(session, /__Host-slipway-session=/);
  assert.doesNotMatch(session, /eyJ/, 'a token would begin so');
});

test('at the API they are themselves, with their groups, whatever the browser claims', { skip }, async () => {
  const headers = { cookie: session, 'impersonate-user': 'eve', 'impersonate-group': 'system:masters' };
  const list = await ask(`${portal}/k8s/api/v1/nodes`, { headers });
  assert.equal(list.status, 403);
  assert.match(list.body, /User \\"ann\\" cannot list resource/);
  assert.ok(cluster);
  const apiGroup = 'rbac.authorization.k8s.io';
  await cluster.client().create(ClusterRoleBinding, {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'operators' },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'Group', name: 'operators', apiGroup }],
  });
  const allowed = await eventually('the right counts', SERVED_MS, async () => {
    const answer = await ask(`${portal}/k8s/api/v1/nodes`, { headers: { cookie: session } });
    return answer.status === 200 ? answer : undefined;
  });
  assert.match(allowed.body, /NodeList/);
});

test('the portal’s own API takes the session, and nobody without one', { skip }, async () => {
  const path = '/api/catalog/entities';
  assert.equal((await ask(`${portal}${path}`)).status, 401);
  const answer = await ask(`${portal}${path}`, { headers: { cookie: session } });
  assert.equal(answer.status, 200, answer.body);
});

test('every tool of the platform stands in the catalog, with what it is for and how it is', {
  skip,
}, async () => {
  const tools = await eventually('all tools', SERVED_MS, async () => {
    const path = '/api/catalog/entities?filter=kind=component,spec.type=tool';
    const answer = await ask(`${portal}${path}`, { headers: { cookie: session } });
    const found = JSON.parse(answer.body) as ToolEntity[];
    return found.length === chosen.components.length ? found : undefined;
  });
  for (const { technology } of chosen.components) {
    const tool = tools.find(({ metadata }) => metadata.name === technology.id);
    assert.equal(tool?.metadata.title, technology.title);
    assert.equal(tool?.metadata.description, technology.guidance.purpose);
    assert.equal(tool?.spec.system, 'system:platform/platform');
  }
  const linkOf = (name: string) => tools.find(({ metadata }) => metadata.name === name)?.metadata.links?.[0];
  assert.equal(linkOf('argo-cd')?.url, 'https://argocd.acme.example/auth/login');
  assert.equal(linkOf('argo-workflows')?.type, 'sign-in');
  assert.ok(cluster);
  await updateStatus(cluster.client(), Component, { name: 'argo-cd' }, draft => {
    const now = { reason: 'AsDefined', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
    const conditions = ['Synced', 'Healthy', 'Probed'].map(type => ({
      type,
      status: 'True' as const,
      ...now,
    }));
    draft.status = { ...draft.status, version: '3.5.1', conditions };
  });
  await eventually('its conditions and version', SERVED_MS, async () => {
    const path = '/api/catalog/entities/by-name/component/platform/argo-cd';
    const answer = await ask(`${portal}${path}`, { headers: { cookie: session } });
    const { status, metadata } = JSON.parse(answer.body) as ToolEntity;
    const types = (status?.items ?? []).map(({ type }) => type);
    const isComplete = ['synced', 'healthy', 'probed'].every(each => types.includes(`slipway.dev/${each}`));
    return (isComplete && metadata.annotations?.['slipway.dev/version'] === '3.5.1') || undefined;
  });
});

test('the link of a tool signs in: ann comes to the real Gitea as herself', { skip }, async () => {
  assert.ok(keycloak && gitea);
  const path = '/api/catalog/entities/by-name/component/platform/gitea';
  const answer = await ask(`${portal}${path}`, { headers: { cookie: session } });
  const [link] = (JSON.parse(answer.body) as ToolEntity).metadata.links ?? [];
  // The test's Gitea stands at an address of this machine.
  const begins = new URL(new URL(link?.url ?? '').pathname, gitea.url).href;
  const ann = visitor();
  const form = await ann.open(begins);
  assert.ok(form.url.startsWith(`${keycloak.url}/realms/slipway/`), form.url);
  const home = await ann.submit(form, { username: 'ann', password: 'for-the-test' });
  assert.ok(home.url.startsWith(gitea.url), home.url);
  const settings = await ann.open(`${gitea.url}/user/settings/account`);
  assert.deepEqual([settings.status, settings.body.includes('ann@example.com')], [200, true]);
});

interface ToolEntity {
  metadata: {
    name: string;
    title?: string;
    description?: string;
    annotations?: Record<string, string>;
    links?: { url: string; type?: string }[];
  };
  spec: { system?: string };
  status?: { items?: { type: string }[] };
}

async function startSource({ url, manage }: Keycloak, trust: string): Promise<Gitea | undefined> {
  const [port = 0] = await freePorts(1);
  await manage('POST', '/slipway/clients', {
    clientId: 'gitea',
    secret: 'for-the-test',
    redirectUris: [`http://127.0.0.1:${port}/user/oauth2/slipway/callback`],
  });
  const discoveryUrl = `${url}/realms/slipway/.well-known/openid-configuration`;
  const source = { name: 'slipway', clientId: 'gitea', clientSecret: 'for-the-test', discoveryUrl };
  await mkdir(join(folder, 'gitea'));
  return startGitea({ folder: join(folder, 'gitea'), port, trust, signIn: [source] });
}

async function writeClient({ manage, url }: Keycloak): Promise<void> {
  await manage('POST', '', { realm: 'slipway', enabled: true });
  await manage('POST', '/slipway/groups', { name: 'operators' });
  const config = {
    'claim.name': 'groups',
    'full.path': 'false',
    'id.token.claim': 'true',
    'access.token.claim': 'true',
    'userinfo.token.claim': 'true',
  };
  const mapper = {
    name: 'groups',
    protocol: 'openid-connect',
    protocolMapper: 'oidc-group-membership-mapper',
    config,
  };
  await manage('POST', '/slipway/client-scopes', {
    name: 'groups',
    protocol: 'openid-connect',
    protocolMappers: [mapper],
  });
  await manage('POST', '/slipway/clients', {
    clientId: 'slipway-portal',
    secret: 'for-the-test',
    redirectUris: [`${PORTAL_URL}/auth/callback`],
    defaultClientScopes: ['basic', 'profile', 'email', 'groups'],
  });
  await manage('POST', '/slipway/users', {
    username: 'ann',
    enabled: true,
    email: 'ann@example.com',
    firstName: 'Ann',
    lastName: 'Example',
    groups: ['operators'],
    credentials: [{ type: 'password', value: 'for-the-test', temporary: false }],
  });
  const files = {
    clientId: 'slipway-portal',
    clientSecret: 'for-the-test',
    issuer: `${url}/realms/slipway`,
  };
  await mkdir(join(folder, 'sign-in'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'sign-in', name), text);
}

async function startPortal(): Promise<void> {
  const [port = 0, health = 0] = await freePorts(2);
  portal = `http://127.0.0.1:${port}`;
  controller = startProcess({
    name: 'controller',
    command: process.execPath,
    args: [
      join(root, 'apps/cli/src/main.ts'),
      'controller',
      ...['--kubeconfig', join(folder, 'kubeconfig'), '--identity', 'one', '--key', join(folder, 'key')],
      ...['--health-port', String(health), '--portal-port', String(port)],
      ...['--sign-in', join(folder, 'sign-in'), '--ca', join(folder, 'ca.crt')],
      ...['--data', join(folder, 'data')],
    ],
    folder,
  });
  await eventually('the portal is served', SERVED_MS, async () => {
    const { status } = await ask(`http://127.0.0.1:${health}/readyz`);
    return status === 200 || undefined;
  }).catch(error => {
    throw new Error(`${error.message}\n${controller.log()}`);
  });
}

function cookiesOf(header: string | string[] | undefined): string {
  return [header ?? []]
    .flat()
    .map(cookie => cookie.split(';')[0])
    .join('; ');
}
