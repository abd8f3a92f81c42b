// Stands before an API server and counts writes, so that a test can end a program exactly after one of them.
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RealCluster } from '../real-cluster.ts';
import { selfSigned } from '../self-signed.ts';
import { kubeconfigOf } from './kubeconfig.ts';

const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];
/** Reviews ask; nothing is stored. */
const ASKS = /\/(self)?subject\w*reviews$|\/tokenreviews$|[?&]dryRun=/;

export interface CountingProxy {
  /** JSON of a kubeconfig that leads here, as the cluster's administrator. */
  kubeconfig: string;
  /** Writes that the server has answered since `after` was called last, or ever. */
  count(): number;
  /** Calls `then` when the server has answered so many writes; that answer reaches nobody. */
  after(writes: number, then: () => void): void;
  close(): Promise<void>;
}

export async function countingProxy(cluster: RealCluster): Promise<CountingProxy> {
  const tls = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
  const agent = new Agent({ keepAlive: true, ca: cluster.ca });
  let count = 0;
  let plan: { writes: number; then: () => void } | undefined;
  const server = createServer(tls, (incoming, outgoing) => {
    const { method = 'GET', headers, url: path = '/' } = incoming;
    const isWrite = WRITES.includes(method) && !ASKS.test(path);
    const { hostname: host, port } = new URL(cluster.url);
    const onward = request({ host, port, method, path, headers, agent, ca: cluster.ca }, answer => {
      if (isWrite) count++;
      if (isWrite && plan && count >= plan.writes) {
        const { then } = plan;
        plan = undefined;
        answer.resume();
        return then();
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      return answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    kubeconfig: kubeconfigOf(`https://127.0.0.1:${port}`, tls.cert, cluster.token),
    count: () => count,
    after: (writes, then) => {
      count = 0;
      plan = { writes, then };
    },
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}
