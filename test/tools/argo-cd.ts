// The real Argo CD as plain processes: application controller, repository server, API server and Redis.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { labProgram } from '../lab-program.ts';
import { ask, freePorts, type PlainProcess, startProcess, untilReady } from '../plain-process.ts';
import type { RealCluster } from '../real-cluster.ts';
import { toolFolder } from './cache.ts';
import { applyCrds, applyObjects } from './controller.ts';

const READY_MS = 60_000;
const namespace = 'argocd';

export interface ArgoCd {
  /** Of its API server; it asks nobody who they are. */
  url: string;
  processes: PlainProcess[];
  stop(): Promise<void>;
}

export interface ArgoCdOptions {
  /** Applications are also in namespaces that fit one of these patterns (`team-*`). */
  applicationNamespaces?: string[];
  /** Its kinds and settings are there already: somebody installed it, and only its pods do nothing. */
  isInstalled?: boolean;
}

/** Into the namespace argocd; undefined when a tool is not on this machine (`npm run tools -- argo-cd redis`). */
export async function startArgoCd(
  cluster: RealCluster,
  { applicationNamespaces = [], isInstalled = false }: ArgoCdOptions = {},
): Promise<ArgoCd | undefined> {
  const tool = toolFolder('argo-cd');
  const redis = toolFolder('redis');
  if (!tool || !redis) return undefined;
  const password = randomBytes(12).toString('hex');
  if (!isInstalled) {
    await applyCrds(cluster, join(tool, 'manifests', 'crds'));
    await applyObjects(cluster, ...settings(password));
  }
  const folder = join(cluster.folder, 'argo-cd');
  for (const name of ['tls', 'ssh', 'gpg', 'plugins', 'bin'])
    await mkdir(join(folder, name), { recursive: true });
  // git asks a program of this name for passwords.
  await symlink(join(tool, 'argo-cd'), join(folder, 'bin', 'argocd'));
  const [cache = 0, repository = 0, server = 0, ...metrics] = await freePorts(6);
  const processes: PlainProcess[] = [];
  const begin = async (name: string, args: string[], port: number | undefined) => {
    const started = startProcess({
      name: `argocd-${name}`,
      command: join(tool, 'argo-cd'),
      args: [`--redis=127.0.0.1:${cache}`, ...args],
      folder,
      env: { ...environment(folder, cluster, password), ARGOCD_BINARY_NAME: `argocd-${name}` },
    });
    processes.push(started);
    const ready = `http://127.0.0.1:${port}/healthz`;
    await untilReady(started, READY_MS, async () => (await ask(ready)).status === 200);
  };
  const stop = async () => {
    for (const each of [...processes].reverse()) await each.stop();
  };
  const [serverMetrics, controllerMetrics, repositoryMetrics] = metrics;
  const kube = [`--kubeconfig=${cluster.kubeconfig}`, `--namespace=${namespace}`];
  const where = applicationNamespaces ? [`--application-namespaces=${applicationNamespaces}`] : [];
  const client = [...kube, ...where, `--repo-server=127.0.0.1:${repository}`, '--repo-server-plaintext'];
  const address = ['--address=127.0.0.1', '--metrics-address=127.0.0.1'];
  const own = ['--disable-tls', `--port=${repository}`, `--metrics-port=${repositoryMetrics}`];
  const api = ['--insecure', '--disable-auth', `--port=${server}`, `--metrics-port=${serverMetrics}`];
  try {
    processes.push(await startRedis(redis, { folder, port: cache, password }));
    await begin('repo-server', [...own, ...address], repositoryMetrics);
    await begin('server', [...client, ...api, ...address], server);
    await begin(
      'application-controller',
      [...client, `--metrics-port=${controllerMetrics}`],
      controllerMetrics,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${server}`, processes, stop };
}

function environment(folder: string, cluster: RealCluster, password: string): Record<string, string> {
  const programs = dirname(labProgram('kubectl') ?? '');
  return {
    PATH: [join(folder, 'bin'), process.env.PATH, programs].join(delimiter),
    KUBECONFIG: cluster.kubeconfig,
    // `https://kubernetes.default.svc` is then the cluster of the kubeconfig.
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    ARGOCD_GPG_ENABLED: 'false',
    ARGOCD_TLS_DATA_PATH: join(folder, 'tls'),
    ARGOCD_SSH_DATA_PATH: join(folder, 'ssh'),
    ARGOCD_GPG_DATA_PATH: join(folder, 'gpg'),
    ARGOCD_GNUPGHOME: join(folder, 'gpg'),
    ARGOCD_PLUGINSOCKFILEPATH: join(folder, 'plugins'),
    REDIS_PASSWORD: password,
    TMPDIR: folder,
  };
}

async function startRedis(
  tool: string,
  options: { folder: string; port: number; password: string },
): Promise<PlainProcess> {
  const { folder, port, password } = options;
  const libraries = (await readdir(join(tool, 'usr', 'lib'))).filter(name => name.includes('linux'));
  const started = startProcess({
    name: 'redis',
    command: join(tool, 'usr', 'bin', 'redis-server'),
    args: ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--requirepass', password],
    folder,
    env: { LD_LIBRARY_PATH: libraries.map(name => join(tool, 'usr', 'lib', name)).join(delimiter) },
  });
  await untilReady(started, READY_MS, async () => started.log().includes('Ready to accept connections'));
  return started;
}

/** What its installation brings besides workloads and CRDs, as far as these processes read it. */
function settings(password: string): object[] {
  const labels = { 'app.kubernetes.io/part-of': 'argocd' };
  const config = (name: string, data: object = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name, labels },
    data,
  });
  const secret = (name: string, stringData: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name, labels },
    stringData,
  });
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    config('argocd-cm'),
    config('argocd-rbac-cm'),
    config('argocd-tls-certs-cm'),
    config('argocd-ssh-known-hosts-cm'),
    config('argocd-gpg-keys-cm'),
    secret('argocd-secret', { 'server.secretkey': randomBytes(24).toString('base64') }),
    secret('argocd-redis', { auth: password }),
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { namespace, name: 'default' },
      spec: {
        sourceRepos: ['*'],
        destinations: [{ namespace: '*', server: '*' }],
        clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      },
    },
  ];
}
