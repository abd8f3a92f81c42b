// etcd, kube-apiserver, kube-controller-manager, kube-scheduler and KWOK with the flags that kubeadm sets.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, freePorts, type PlainProcess, startProcess, untilReady } from '../plain-process.ts';
import { kwokStages } from './kwok-stages.ts';
import { type Pki, writePki } from './pki.ts';

const READY_MS = 60_000;
const STARTED_FIRST_TO_LAST = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'];

/** Names of the programs, in the order in which they start. */
export const PROGRAMS: readonly string[] = STARTED_FIRST_TO_LAST;

export interface ControlPlane {
  url: string;
  pki: Pki;
  folder: string;
  /** Path of a kubeconfig of the administrator. */
  kubeconfig: string;
  start(name: string): Promise<void>;
  kill(name: string): Promise<void>;
  /** Process ids by name of what runs. */
  pids(): Record<string, number>;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Path of each program, by its name. */
  programs: Record<string, string>;
  /** An empty folder of its own. */
  folder: string;
  apiServerArgs?: string[];
}

interface Ports {
  api: number;
  etcd: number;
  etcdPeer: number;
  etcdMetrics: number;
  manager: number;
  scheduler: number;
  kwok: number;
}

/** Makes certificates and kubeconfigs, starts nothing yet. */
export async function prepareControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { folder, programs } = options;
  for (const name of ['pki', 'etcd']) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  const pki = await writePki(join(folder, 'pki'));
  const [api = 0, etcd = 0, etcdPeer = 0, etcdMetrics = 0, manager = 0, scheduler = 0, kwok = 0] =
    await freePorts(7);
  const ports: Ports = { api, etcd, etcdPeer, etcdMetrics, manager, scheduler, kwok };
  const url = `https://127.0.0.1:${ports.api}`;
  await writeKubeconfigs(folder, url, pki);
  await writeFile(join(folder, 'stages.json'), kwokStages.map(each => JSON.stringify(each)).join('\n---\n'));
  const running = new Map<string, PlainProcess>();
  const settings = settingsOf(options, ports, pki);

  const end = async (name: string, how: 'stop' | 'kill') => {
    await running.get(name)?.[how]();
    running.delete(name);
  };
  return {
    url,
    pki,
    folder,
    kubeconfig: join(folder, 'admin.conf'),
    async start(name) {
      const setting = settings[name];
      const command = programs[name];
      if (!setting || !command) throw new Error(`control plane: no program '${name}'`);
      const started = startProcess({ name, command, args: setting.args, folder });
      running.set(name, started);
      const { ready, bearer } = setting;
      const headers: Record<string, string> = bearer ? { authorization: `Bearer ${pki.token}` } : {};
      await untilReady(started, READY_MS, async () => (await ask(ready, { headers })).status === 200);
    },
    kill: name => end(name, 'kill'),
    pids: () => Object.fromEntries([...running].map(([name, { pid }]) => [name, pid])),
    async stop() {
      for (const name of [...STARTED_FIRST_TO_LAST].reverse()) await end(name, 'stop');
    },
  };
}

interface Setting {
  args: string[];
  /** Address that answers 200 once it is ready. */
  ready: string;
  /** Whether that wants the administrator's token. */
  bearer?: boolean;
}

function settingsOf(options: ControlPlaneOptions, ports: Ports, pki: Pki): Record<string, Setting> {
  const { folder, apiServerArgs = [] } = options;
  return {
    etcd: {
      args: etcdArgs(join(folder, 'etcd'), ports, pki),
      ready: `http://127.0.0.1:${ports.etcdMetrics}/readyz`,
    },
    'kube-apiserver': {
      args: [...apiServerFlags(ports, pki), ...apiServerArgs],
      ready: `https://127.0.0.1:${ports.api}/readyz`,
      bearer: true,
    },
    'kube-controller-manager': {
      args: [
        ...componentFlags(ports.manager, join(folder, 'manager.conf')),
        ...managerFlags(pki),
        '--cluster-name=test',
      ],
      ready: `https://127.0.0.1:${ports.manager}/healthz`,
    },
    'kube-scheduler': {
      args: componentFlags(ports.scheduler, join(folder, 'scheduler.conf')),
      ready: `https://127.0.0.1:${ports.scheduler}/healthz`,
    },
    kwok: {
      args: [
        `--kubeconfig=${join(folder, 'admin.conf')}`,
        `--config=${join(folder, 'stages.json')}`,
        '--manage-all-nodes=false',
        '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
        '--cidr=10.244.0.1/16',
        '--node-ip=10.0.0.1',
        `--node-port=${ports.kwok}`,
        '--node-lease-duration-seconds=40',
        `--server-address=127.0.0.1:${ports.kwok}`,
      ],
      ready: `http://127.0.0.1:${ports.kwok}/healthz`,
    },
  };
}

function etcdArgs(data: string, { etcd, etcdPeer, etcdMetrics }: Ports, { file }: Pki): string[] {
  const client = `https://127.0.0.1:${etcd}`;
  const peer = `https://127.0.0.1:${etcdPeer}`;
  return [
    '--name=test',
    `--data-dir=${data}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=test=${peer}`,
    `--listen-metrics-urls=http://127.0.0.1:${etcdMetrics}`,
    `--cert-file=${file('etcd.crt')}`,
    `--key-file=${file('etcd.key')}`,
    '--client-cert-auth=true',
    `--trusted-ca-file=${file('etcd-ca.crt')}`,
    `--peer-cert-file=${file('etcd.crt')}`,
    `--peer-key-file=${file('etcd.key')}`,
    '--peer-client-cert-auth=true',
    `--peer-trusted-ca-file=${file('etcd-ca.crt')}`,
    '--feature-gates=InitialCorruptCheck=true',
    '--snapshot-count=10000',
    '--watch-progress-notify-interval=5s',
  ];
}

function apiServerFlags({ api, etcd }: Ports, { file }: Pki): string[] {
  return [
    '--bind-address=127.0.0.1',
    `--secure-port=${api}`,
    // Only stored in the Endpoints of `kubernetes`, where loopback is refused.
    '--advertise-address=192.0.2.10',
    '--allow-privileged=true',
    '--anonymous-auth=false',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--enable-bootstrap-token-auth=true',
    `--client-ca-file=${file('ca.crt')}`,
    `--tls-cert-file=${file('apiserver.crt')}`,
    `--tls-private-key-file=${file('apiserver.key')}`,
    `--token-auth-file=${file('tokens.csv')}`,
    `--etcd-servers=https://127.0.0.1:${etcd}`,
    `--etcd-cafile=${file('etcd-ca.crt')}`,
    `--etcd-certfile=${file('apiserver-etcd-client.crt')}`,
    `--etcd-keyfile=${file('apiserver-etcd-client.key')}`,
    `--kubelet-client-certificate=${file('apiserver-kubelet-client.crt')}`,
    `--kubelet-client-key=${file('apiserver-kubelet-client.key')}`,
    '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
    `--proxy-client-cert-file=${file('front-proxy-client.crt')}`,
    `--proxy-client-key-file=${file('front-proxy-client.key')}`,
    '--requestheader-allowed-names=front-proxy-client',
    `--requestheader-client-ca-file=${file('front-proxy-ca.crt')}`,
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-username-headers=X-Remote-User',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${file('sa.pub')}`,
    `--service-account-signing-key-file=${file('sa.key')}`,
    '--service-cluster-ip-range=10.96.0.0/12',
  ];
}

/** At 20 requests each second, as they are by default, controllers spend a start and a removal waiting for themselves. */
const HURRIED = ['--kube-api-qps=500', '--kube-api-burst=1000'];

function componentFlags(port: number, kubeconfig: string): string[] {
  return [
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--leader-elect=true',
    ...HURRIED,
  ];
}

function managerFlags({ file }: Pki): string[] {
  return [
    `--client-ca-file=${file('ca.crt')}`,
    `--requestheader-client-ca-file=${file('front-proxy-ca.crt')}`,
    `--root-ca-file=${file('ca.crt')}`,
    `--service-account-private-key-file=${file('sa.key')}`,
    `--cluster-signing-cert-file=${file('ca.crt')}`,
    `--cluster-signing-key-file=${file('ca.key')}`,
    '--controllers=*,bootstrapsigner,tokencleaner',
    '--use-service-account-credentials=true',
  ];
}

async function writeKubeconfigs(folder: string, server: string, { file, token }: Pki): Promise<void> {
  const certificate = (name: string) => ({
    'client-certificate': file(`${name}.crt`),
    'client-key': file(`${name}.key`),
  });
  const users = {
    admin: { token },
    manager: certificate('controller-manager'),
    scheduler: certificate('scheduler'),
  };
  const clusters = [{ name: 'test', cluster: { server, 'certificate-authority': file('ca.crt') } }];
  for (const [name, user] of Object.entries(users)) {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters,
      users: [{ name, user }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: name } }],
      'current-context': 'test',
    };
    await writeFile(join(folder, `${name}.conf`), JSON.stringify(config), { mode: 0o600 });
  }
}
