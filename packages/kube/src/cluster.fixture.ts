import type { TestContext } from 'node:test';
import { hasReason, type Key, type Kind, silentLog, systemClock, systemRandom } from '@slipway/api';
import { type Client, createClient } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import { startControlplane } from '@slipway/controlplane';
import { Namespace, Node, ServiceAccount } from '@slipway/kinds';
import { createRuntime, type Runtime } from '@slipway/runtime';
import { addFakeNode, type FakeKubeletOptions } from './fake-kubelet.ts';
import { startKube } from './start-kube.ts';

/**
 * Names a kubeconfig of a real API server without a controller manager: the same tests then run our control plane
 * against it, which shows that it needs nothing of our own server.
 */
const REAL = process.env.SLIPWAY_TEST_KUBECONFIG;

export interface TestCluster {
  client: Client;
  /** A namespace of this test's own. */
  namespace: string;
  at(name: string): { namespace: string; name: string };
}

/** A cluster with our control plane and a node on which pods look alive; gone after the test. */
export async function testCluster(t: TestContext, options: FakeKubeletOptions = {}): Promise<TestCluster> {
  const { runtime, client } = REAL ? await realServer(t, REAL) : await ownServer(t);
  await addFakeNode(runtime, client, options);
  const namespace = `test-${systemRandom.uuid().slice(0, 8)}`;
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await eventually(() => client.find(ServiceAccount, { namespace, name: 'default' }));
  if (REAL) t.after(() => cleanUp(client, runtime, namespace));
  return { client, namespace, at: name => ({ namespace, name }) };
}

async function ownServer(t: TestContext): Promise<{ runtime: Runtime; client: Client }> {
  const kube = await startKube({ rootCa: 'PEM' });
  t.after(() => kube.stop());
  return { runtime: kube.runtime, client: kube.client() };
}

async function realServer(_t: TestContext, path: string): Promise<{ runtime: Runtime; client: Client }> {
  const transport = nodeTransport(await loadKubeconfig(path));
  const client = createClient(transport);
  const ports = { clock: systemClock, random: systemRandom, log: silentLog };
  const runtime = createRuntime({ client, ...ports, freeze: true });
  await startControlplane({ runtime, ...ports, rootCa: 'PEM' });
  return { runtime, client };
}

async function cleanUp(client: Client, runtime: Runtime, namespace: string): Promise<void> {
  await client.delete(Namespace, { name: namespace }).catch(error => {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
  });
  await gone(client, Namespace, { name: namespace });
  await client.delete(Node, { name: 'node' });
  await runtime.stop();
}

/** Longer than any test may take: a loop that outlives its test would keep the process alive. */
const LAST_LOOK_MS = 60_000;

/** Reads until it holds; the test's own timeout ends it otherwise. */
export async function eventually<T>(read: () => Promise<T | undefined | false>): Promise<T> {
  for (const end = Date.now() + LAST_LOOK_MS; Date.now() < end; ) {
    const value = await read();
    if (value) return value;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`eventually: never held: "${read}"`);
}

export function gone(client: Client, kind: Kind, key: Key): Promise<true> {
  return eventually(async () => (await client.find(kind, key)) === undefined);
}
