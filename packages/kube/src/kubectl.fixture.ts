import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { UserInfo } from '@slipway/api';
import { addFakeNode, type FakeKubeletOptions } from './fake-kubelet.ts';
import { type Kube, startKube } from './start-kube.ts';

const run = promisify(execFile);

export interface KubectlCluster {
  kube: Kube;
  /** Runs kubectl as the administrator, or with another token; resolves with what it printed. */
  kubectl(args: string[], options?: { token?: string; input?: string }): Promise<string>;
  stop(): Promise<void>;
}

const ADMIN: UserInfo = { username: 'admin', groups: ['system:masters'] };

/** Why kubectl tests cannot run here; undefined when they can. */
export async function missingTool(): Promise<string | undefined> {
  for (const [tool, args] of [
    ['kubectl', ['version', '--client']],
    ['openssl', ['version']],
  ] as const) {
    const found = await run(tool, args).then(
      () => true,
      () => false,
    );
    if (!found) return `${tool} is not installed`;
  }
  return undefined;
}

/** A cluster on a TLS listener, with a node on which pods look alive, and kubectl to it. */
export async function kubectlCluster(options: FakeKubeletOptions = {}): Promise<KubectlCluster> {
  const place = await mkdtemp(join(tmpdir(), 'slipway-kubectl-'));
  const [certFile, keyFile] = [join(place, 'cert.pem'), join(place, 'key.pem')];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '1',
  ];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await run('openssl', [...request, ...subject, '-keyout', keyFile, '-out', certFile]);
  const [cert, key] = [await readFile(certFile, 'utf8'), await readFile(keyFile, 'utf8')];
  const kube = await startKube({ rootCa: cert, listen: { cert, key } });
  kube.server.addAuthenticator({
    authenticate: async ({ bearer }) => (bearer === 'admin' ? ADMIN : undefined),
  });
  await addFakeNode(kube.runtime, kube.client(), options);
  return {
    kube,
    kubectl: async (args, { token = 'admin', input } = {}) => {
      const kubeconfig = join(place, 'kubeconfig');
      await writeFile(kubeconfig, kubeconfigText(kube.url, certFile));
      const child = run('kubectl', [
        '--kubeconfig',
        kubeconfig,
        '--cache-dir',
        join(place, 'cache'),
        '--token',
        token,
        ...args,
      ]);
      child.child.stdin?.end(input ?? '');
      return (await child).stdout;
    },
    stop: async () => {
      await kube.stop();
      await rm(place, { recursive: true, force: true });
    },
  };
}

function kubeconfigText(server: string, ca: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority': ca } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: '' } }],
    'current-context': 'c',
  });
}
