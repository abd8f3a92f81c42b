// What the tests of this engine run it on: a real API server, a real TLS listener, real tokens.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports, Running, Settings } from '@slipway/definition';
import { openGateway } from '@slipway/gateway';
import {
  auditRecordDefinition,
  ClusterRole,
  CustomResourceDefinition,
  Namespace,
  type PolicyRule,
  RoleBinding,
  repositoryDefinition,
  ServiceAccount,
  Team,
  type TokenRequest,
  teamDefinition,
  tokenDefinition,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { createRuntime } from '@slipway/runtime';
import { barePorts, engineAccount, engineUser, loudLog } from '../../../../test/engine-bed.ts';
import { selfSigned } from '../../../../test/self-signed.ts';
import type { ChangesUnderTest } from '../../conformance.ts';
import { gitea } from './index.ts';
import { type RestClient, restClient } from './rest-client.fixture.ts';

/** What somebody may do with changes besides reading. */
export type ChangeRight = 'open' | 'approve' | 'protect';

export interface TestPlatform {
  kube: Kube;
  client: Client;
  /** `https://localhost:<port>` */
  url: string;
  caFile: string;
  ca: string;
  folder: string;
  /** Where the bare repositories are. */
  repositories: string;
  /** A token of somebody who may do this in `team-default`. */
  token(name: string, verbs: string[], may?: ChangeRight[]): Promise<string>;
  /** Gitea's API for changes, for the conformance suite. */
  changes(token: string): ChangesUnderTest;
  /** Ends the engine without mercy for what runs, and starts it again on the same data. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** What goes wrong inside is seen in the tests' output. */
export async function startTestPlatform(
  parameters: Record<string, unknown> = {},
  /** Data of an earlier run; `stop` removes it. */
  earlier?: string,
): Promise<TestPlatform> {
  const folder = earlier ?? (await mkdtemp(join(tmpdir(), 'slipway-source-')));
  const kube = await startKube({ dataDir: join(folder, 'kube') });
  const client = kube.client();
  kube.server.openAuditDoor({ definition: auditRecordDefinition, namespace: 'slipway-system' });
  if (!earlier) await prepareCluster(client);
  const { cert, key } = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, cert);
  const gateway = await openGateway({
    host: '127.0.0.1',
    port: 0,
    certificates: async () => ({ cert, key }),
    clock: systemClock,
    log: loudLog,
  });
  let running: Running | undefined;
  const start = async () => {
    const started = await gitea.embedded?.start(
      portsOf(kube, join(folder, 'data')),
      settingsOf(gateway.port, parameters),
    );
    if (!started) throw new Error('gitea has no engine');
    const runtime = createRuntime({ client, clock: systemClock, random: systemRandom, log: loudLog });
    runtime.add(started.controllers);
    await runtime.start();
    running = {
      ...started,
      stop: async () => {
        await runtime.stop();
        await started.stop();
      },
    };
    gateway.setRoutes(['localhost', 'git.slipway.internal'].map(host => ({ ...routeOf(started), host })));
  };
  await start();
  const opened: RestClient[] = [];
  return {
    kube,
    client,
    url: `https://localhost:${gateway.port}`,
    caFile,
    ca: cert,
    folder,
    repositories: join(folder, 'data', 'repositories'),
    token: (name, verbs, may = []) => tokenFor(client, name, { verbs, may }),
    changes: token => {
      const rest = restClient({ url: `https://localhost:${gateway.port}`, ca: cert }, token);
      opened.push(rest);
      return changesOver(rest);
    },
    restart: async meanwhile => {
      await running?.stop();
      await meanwhile?.();
      await start();
    },
    stop: async () => {
      for (const rest of opened) rest.close();
      await gateway.close({ graceMs: 0 });
      await running?.stop();
      await kube.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function changesOver(rest: RestClient): ChangesUnderTest {
  const pulls = (repository: string) => `/repos/default/${repository}/pulls`;
  return {
    open: async (repository, change) => {
      const { status, body } = await rest.post(pulls(repository), change);
      return { status, number: Number(body.number) };
    },
    approve: async (repository, number) => {
      const { status, body } = await rest.post(`${pulls(repository)}/${number}/reviews`, {
        event: 'APPROVED',
      });
      return { status, message: String(body.message) };
    },
    merge: async (repository, number) => {
      const { status, body } = await rest.post(`${pulls(repository)}/${number}/merge`, { Do: 'merge' });
      return { status, message: String(body.message) };
    },
  };
}

function routeOf(running: Running) {
  const [route] = running.routes;
  if (!route) throw new Error('gitea has no route');
  return route;
}

async function prepareCluster(client: Client): Promise<void> {
  const own = (await gitea.kinds?.()) as CustomResourceDefinition[];
  for (const definition of [repositoryDefinition, teamDefinition, tokenDefinition, ...own])
    await client.create(CustomResourceDefinition, definition);
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-default' } });
  await client.create(Team, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Team',
    metadata: { name: 'default' },
    spec: {},
  });
  await engineAccount(client, gitea);
}

const WRITE = ['create', 'update', 'patch', 'delete'];

function ruleOf(right: ChangeRight): PolicyRule {
  const rules: Record<ChangeRight, PolicyRule> = {
    open: { apiGroups: ['source.slipway.dev'], resources: ['changerequests'], verbs: ['get', ...WRITE] },
    approve: { apiGroups: ['slipway.dev'], resources: ['approvals'], verbs: ['create'] },
    protect: {
      apiGroups: ['source.slipway.dev'],
      resources: ['branchprotections'],
      verbs: ['get', ...WRITE],
    },
  };
  return rules[right];
}

/** A service account with these verbs on repositories of `team-default`, and a token of it. */
async function tokenFor(
  client: Client,
  name: string,
  { verbs, may }: { verbs: string[]; may: ChangeRight[] },
): Promise<string> {
  const namespace = 'team-default';
  await client.create(ServiceAccount, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
  });
  if (verbs.length > 0 || may.length > 0) {
    await client.create(ClusterRole, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: `test-${name}` },
      rules: [{ apiGroups: ['source.slipway.dev'], resources: ['repositories'], verbs }, ...may.map(ruleOf)],
    });
    await client.create(RoleBinding, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: `test-${name}`, namespace },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `test-${name}` },
    });
  }
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { name, namespace },
    spec: { expirationSeconds: 3600 },
  };
  const answer = (await client.create(ServiceAccount, request, {
    subresource: 'token',
    name,
  })) as TokenRequest;
  return answer.status?.token ?? '';
}

function portsOf(kube: Kube, path: string): Ports {
  return barePorts(kube.client(engineUser(gitea)), path, { as: user => kube.client(user) });
}

function settingsOf(port: number, parameters: Record<string, unknown>): Settings {
  return {
    parameters,
    environments: ['dev', 'prod'],
    addresses: {
      domain: 'localhost',
      appsDomain: 'apps.localhost',
      port,
      httpPort: 0,
      apiPort: 0,
      url: () => `https://localhost:${port}`,
      appUrl: () => '',
    },
  };
}
