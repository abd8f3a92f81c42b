// The real helm against our API server: whoever has the binary sees that releases of both are one.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock, type UserInfo } from '@slipway/api';
import { type Kube, startKube } from '@slipway/kube';
import { type ChartFile, renderChartInPool } from '@slipway/render';
import { labProgram } from '../../../../test/lab-program.ts';
import { selfSigned } from '../../../../test/self-signed.ts';
import { addFakeNode } from '../../../kube/src/fake-kubelet.ts';
import type { ReleaseContext } from './release-context.ts';

const run = promisify(execFile);
const ADMIN: UserInfo = { username: 'admin', groups: ['system:masters'] };

/** Where the real binary is, or undefined: `SLIPWAY_LAB` names a folder with it. */
export async function realHelm(): Promise<string | undefined> {
  return labProgram('helm');
}

export interface HelmCluster {
  kube: Kube;
  /** Releases of one namespace, by our own operations. */
  context(namespace: string): ReleaseContext & { said: string[] };
  /** Runs the real helm as the administrator; what it printed. */
  helm(args: string[]): Promise<string>;
  folder: string;
  /** Writes a chart's files below `folder`; its path. */
  chart(name: string, files: Record<string, string>): Promise<{ path: string; files: ChartFile[] }>;
  stop(): Promise<void>;
}

/** With a node on which pods look alive; those whose name has `ends-<code>` in it end with that code. */
export async function helmCluster(binary: string | undefined): Promise<HelmCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-releases-'));
  const { cert, key } = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
  const kube = await startKube({ rootCa: cert, listen: { cert, key } });
  kube.server.addAuthenticator({
    authenticate: async ({ bearer }) => (bearer === 'admin' ? ADMIN : undefined),
  });
  await addFakeNode(kube.runtime, kube.client(), {
    exitCode: pod => {
      const code = /ends-(\d+)/.exec(pod.metadata.name ?? '')?.[1];
      return code === undefined ? undefined : Number(code);
    },
  });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(join(folder, 'ca.pem'), cert);
  await writeFile(kubeconfig, kubeconfigText(kube.url, join(folder, 'ca.pem')));
  return {
    kube,
    folder,
    context: namespace => {
      const said: string[] = [];
      return {
        client: kube.client(),
        namespace,
        clock: systemClock,
        render: input => renderChartInPool({ ...input, run: runHere, timeoutMs: 60_000 }),
        say: line => said.push(line),
        said,
      };
    },
    helm: async args => {
      if (!binary) throw new Error('there is no helm');
      const env = { PATH: '/nonexistent', HOME: folder, KUBECONFIG: kubeconfig };
      return (await run(binary, args, { env })).stdout;
    },
    chart: async (name, files) => {
      const path = join(folder, name);
      const all: ChartFile[] = [];
      for (const [file, text] of Object.entries(files)) {
        await run('mkdir', ['-p', join(path, file, '..')]);
        await writeFile(join(path, file), text);
        all.push({ name: file, data: new TextEncoder().encode(text) });
      }
      return { path, files: all };
    },
    stop: async () => {
      await kube.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The worker's task in this thread. */
async function runHere<T>({
  module,
  task,
  input,
}: {
  module: URL;
  task: string;
  input: unknown;
}): Promise<T> {
  const exported = (await import(module.href)) as Record<string, (value: unknown) => T>;
  const work = exported[task];
  if (!work) throw new Error(`no task ${task}`);
  return work(input);
}

function kubeconfigText(server: string, ca: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority': ca } }],
    users: [{ name: 'u', user: { token: 'admin' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  });
}
