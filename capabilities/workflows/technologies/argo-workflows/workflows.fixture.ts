// Support for tests: this engine on a real API server, with a rule in place of a kubelet.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kind } from '@slipway/api';
import {
  type AnyObject,
  type Folder,
  silentLog,
  systemClock,
  systemRandom,
  timestamp,
  type UserInfo,
} from '@slipway/api';
import { type Client, updateStatus } from '@slipway/client';
import type { Ports, Running, Settings } from '@slipway/definition';
import {
  CustomResourceDefinition,
  Pod,
  type PolicyRule,
  Role,
  RoleBinding,
  ServiceAccount,
  type TokenRequest,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { createRuntime, type Runtime } from '@slipway/runtime';
import type { EngineAccount } from '../../../../test/engine-bed.ts';
import { argoWorkflows } from './index.ts';

export interface Stage {
  kube: Kube;
  client: Client;
  running: Running;
  /** Text of containers' logs, by `pod/container`. */
  logs: Map<string, string>;
  finishPod(pod: AnyObject, result: { exitCode: number; log: string }): Promise<void>;
  /** A token of a ServiceAccount in `default`, which is made when it is missing. */
  token(account: string): Promise<string>;
  /** Gives that account rights in `default`. */
  grant(account: string, rules: PolicyRule[]): Promise<void>;
  /** Stops the engine and starts another on the same data, as after a crash. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** `serviceaccounts/<name>/token`. */
const TokenRequestOf = ServiceAccount as unknown as Kind<TokenRequest>;

/** Starts an API server and this engine on it. */
export async function stageWorkflows(given: { kube?: Kube; account?: EngineAccount } = {}): Promise<Stage> {
  const kube = given.kube ?? (await startKube());
  const folder = await mkdtemp(join(tmpdir(), 'slipway-workflows-'));
  const logs = new Map<string, string>();
  const client = kube.client();
  for (const definition of (await argoWorkflows.kinds?.()) ?? []) {
    await client.create(CustomResourceDefinition, definition as CustomResourceDefinition);
  }
  const account = given.account ?? { client, as: user => kube.client(user) };
  const ports = portsOf(account, folder, logs);
  const engine = { running: await startEngine(ports), runtime: undefined as Runtime | undefined };
  const run = async () => {
    engine.runtime = createRuntime({
      client: ports.client,
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
    });
    engine.runtime.add(engine.running.controllers);
    await engine.runtime.start();
  };
  await run();
  const halt = async () => {
    await engine.runtime?.stop();
    await engine.running.stop();
  };
  return {
    kube,
    client,
    logs,
    get running() {
      return engine.running;
    },
    finishPod: (pod, result) => finishPod(client, logs, pod, result),
    token: async account => {
      const metadata = { name: account, namespace: 'default' };
      await client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
      const request: TokenRequest = {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        metadata: { namespace: 'default' },
        spec: {},
      };
      const made = await client.create(TokenRequestOf, request, { subresource: 'token', name: account });
      return made.status?.token ?? '';
    },
    grant: async (account, rules) => {
      const metadata = { name: account, namespace: 'default' };
      const apiVersion = 'rbac.authorization.k8s.io/v1';
      await client.create(Role, { apiVersion, kind: 'Role', metadata, rules });
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role' as const, name: account };
      const subjects = [{ kind: 'ServiceAccount' as const, ...metadata }];
      await client.create(RoleBinding, { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects });
    },
    restart: async () => {
      await halt();
      engine.running = await startEngine(ports);
      await run();
    },
    stop: async () => {
      await halt();
      await kube.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const settings: Settings = {
  parameters: {},
  environments: ['dev'],
  addresses: {
    domain: 'd',
    appsDomain: 'a',
    port: 1,
    httpPort: 2,
    apiPort: 3,
    url: host => `https://${host}.d`,
    appUrl: () => '',
  },
};

async function startEngine(ports: Ports): Promise<Running> {
  if (!argoWorkflows.embedded) throw new Error('no engine');
  return argoWorkflows.embedded.start(ports, settings);
}

/** Only what this engine uses; the rest of the ports would be a lie here. */
function portsOf(account: EngineAccount, path: string, logs: Map<string, string>): Ports {
  const withLogs = (client: Client): Client => ({
    ...client,
    async *logs(pod, { container }) {
      yield logs.get(`${pod.name}/${container}`) ?? '';
    },
  });
  const folder = (at: string): Folder => ({ path: at, folder: async name => folder(join(at, name)) });
  return {
    client: withLogs(account.client),
    as: (user: UserInfo) => withLogs(account.as(user)),
    token: async () => 'token',
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    data: folder(path),
    resolve: (name: string) => ({ host: '127.0.0.1', port: 1, serverName: name, ca: 'CA' }),
  } as unknown as Ports;
}

async function finishPod(
  client: Client,
  logs: Map<string, string>,
  pod: AnyObject,
  { exitCode, log }: { exitCode: number; log: string },
): Promise<void> {
  const name = pod.metadata.name ?? '';
  logs.set(`${name}/main`, log);
  const time = timestamp(systemClock.now());
  const terminated = {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: time,
    finishedAt: time,
  };
  await updateStatus(client, Pod, { namespace: pod.metadata.namespace ?? '', name }, draft => {
    const containerStatuses = draft.spec.containers.map(container => ({
      name: container.name,
      state: { terminated },
      ready: false,
      restartCount: 0,
      image: container.image ?? '',
      imageID: '',
    }));
    draft.status = { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses };
  });
}
