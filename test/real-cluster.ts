// A real Kubernetes for tests: the control plane's own programs on loopback, and nodes on which pods only look alive.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Client, createClient } from '@slipway/client';
import { nodeTransport } from '@slipway/client/node';
import { Node } from '@slipway/kinds';
import { labProgram } from './lab-program.ts';
import { eventually } from './platform-process.ts';
import { PROGRAMS, prepareControlPlane } from './real-cluster/control-plane.ts';
import { provideVolumes } from './real-cluster/volumes.ts';

const run = promisify(execFile);
const NODE_READY_MS = 30_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface RealCluster {
  /** `https://127.0.0.1:<port>`. */
  url: string;
  /** PEM text of the certificate that the server's leads to. */
  ca: string;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  /** The administrator's bearer token. */
  token: string;
  /** A folder that is removed at the end; logs are in it as `<program>.log`. */
  folder: string;
  /** A client of the administrator; its connections are closed by `stop`. */
  client(): Client;
  /** What it printed; rejects with what it said when its exit code is not 0. */
  kubectl(args: string[], input?: string): Promise<string>;
  /** `kill -9`. */
  killApiServer(): Promise<void>;
  /** On the same port, with the same data; resolves when it is ready. */
  startApiServer(): Promise<void>;
  /** Process ids, by the program's name. */
  pids(): Record<string, number>;
  stop(): Promise<void>;
}

export interface RealClusterOptions {
  /** How many nodes; default 1. Each is ready when the promise resolves. */
  nodes?: number;
  apiServerArgs?: string[];
}

/** What a test says when it is skipped for want of a real Kubernetes; false: all its programs are here. */
export function noRealCluster(): string | false {
  const missing = [...PROGRAMS, 'kubectl'].filter(name => !labProgram(name));
  return missing.length > 0 && `SLIPWAY_LAB has no ${missing.join(', ')}`;
}

/** Starts one; undefined where a program is not on this machine (`noRealCluster` says which). */
export async function realCluster(options: RealClusterOptions = {}): Promise<RealCluster | undefined> {
  const programs = Object.fromEntries(
    [...PROGRAMS, 'kubectl'].flatMap(name => {
      const path = labProgram(name);
      return path ? [[name, path] as const] : [];
    }),
  );
  const { kubectl } = programs;
  if (!kubectl || noRealCluster()) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-cluster-'));
  const { apiServerArgs = [] } = options;
  const plane = await prepareControlPlane({ programs, folder, apiServerArgs });
  const { ca, token } = plane.pki;
  const transport = nodeTransport({ url: plane.url, ca, token });
  const volumes = new AbortController();
  const stop = async () => {
    volumes.abort();
    transport.close();
    await plane.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await plane.start('etcd');
    await plane.start('kube-apiserver');
    await Promise.all(PROGRAMS.slice(2).map(name => plane.start(name)));
    await provideVolumes(createClient(transport), volumes.signal);
    await addNodes(createClient(transport), options.nodes ?? 1);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: plane.url,
    ca,
    token,
    folder,
    kubeconfig: plane.kubeconfig,
    client: () => createClient(transport),
    async kubectl(args, input) {
      const env = { PATH: process.env.PATH ?? '', HOME: folder, KUBECONFIG: plane.kubeconfig };
      const child = run(kubectl, args, { env, maxBuffer: MAX_OUTPUT_BYTES });
      child.child.stdin?.on('error', () => {});
      child.child.stdin?.end(input);
      return (await child).stdout;
    },
    killApiServer: () => plane.kill('kube-apiserver'),
    startApiServer: () => plane.start('kube-apiserver'),
    pids: plane.pids,
    stop,
  };
}

async function addNodes(client: Client, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `node-${index}`);
  const resources = { cpu: '32', memory: '256Gi', pods: '250' };
  for (const name of names) {
    const labels = {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
    };
    const node: Node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels, annotations: { 'kwok.x-k8s.io/node': 'fake' } },
      spec: {},
      status: { allocatable: resources, capacity: resources },
    };
    await client.create(Node, node);
  }
  for (const name of names) {
    await eventually(`${name} is ready and open`, NODE_READY_MS, async () => {
      const { spec, status } = await client.get(Node, { name });
      const ready = status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
      return (ready && !spec?.taints?.length) || undefined;
    });
  }
}
