// For tests: the engine on a real API server, with exactly the rights it asks for, behind a real gateway. Pods are
// HTTP servers of this process; their EndpointSlices are written by hand.
import * as http from 'node:http';
import * as https from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { type Log, silentLog, systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Addresses, Ports, Running } from '@slipway/definition';
import { type Gateway, openGateway } from '@slipway/gateway';
import { CustomResourceDefinition, EndpointSlice, Namespace, Service } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { engineAccount } from '../../../../../test/engine-bed.ts';
import { selfSigned } from '../../../../../test/self-signed.ts';
import { gatewayApi } from '../index.ts';

export const APPS = 'apps.example';

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export interface TestPlatform {
  kube: Kube;
  client: Client;
  gateway: Gateway;
  ca: string;
  key: string;
  running: Running;
  /** A Service with one server behind it; answers its port. */
  addService(name: string, listener?: http.RequestListener, namespace?: string): Promise<http.Server>;
  request(
    host: string,
    options?: { path?: string; method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startPlatform(log: Log = silentLog): Promise<TestPlatform> {
  const kube = await startKube({ log });
  const client = kube.client();
  for (const definition of (await gatewayApi.kinds?.()) ?? []) {
    await client.create(CustomResourceDefinition, definition as CustomResourceDefinition);
  }
  for (const name of ['slipway-system', 'shop', 'other']) {
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const user = await engineAccount(client, gatewayApi);
  const { cert, key } = await selfSigned({ names: ['x.y.test', 'localhost'], addresses: ['127.0.0.1'] });
  const gateway = await openGateway({
    host: '127.0.0.1',
    port: 0,
    certificates: async () => ({ cert, key }),
    clock: systemClock,
    log,
  });
  const addresses = { domain: 'example', appsDomain: APPS, port: gateway.port, httpPort: 1 } as Addresses;
  const run = {
    dial: ({ port }: { port: number }) =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket));
        socket.once('error', reject);
      }),
  };
  const ports = {
    client: kube.client(user),
    clock: systemClock,
    random: systemRandom,
    log,
    run,
  } as unknown as Ports;
  const running = await gatewayApi.embedded?.start(ports, { parameters: {}, addresses, environments: [] });
  if (!running) throw new Error('no engine');
  gateway.setRoutes(
    running.routes.flatMap(route => ['*.example', '*.slipway.internal'].map(host => ({ ...route, host }))),
  );
  kube.runtime.add(running.controllers, kube.client(user));
  await kube.runtime.start();
  const servers: http.Server[] = [];
  return {
    kube,
    client,
    gateway,
    ca: cert,
    key,
    running,
    addService: async (
      name,
      listener = (request, response) => void response.end(`${name} ${request.url}`),
      namespace = 'shop',
    ) => {
      const server = await serve(listener);
      servers.push(server);
      await addService(client, { name, namespace, port: (server.address() as AddressInfo).port });
      return server;
    },
    request: (host, options = {}) => request({ host, port: gateway.port, ...options }),
    stop: async () => {
      await running.stop();
      await gateway.close({ graceMs: 0 });
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      await kube.stop();
    },
  };
}

async function serve(listener: http.RequestListener): Promise<http.Server> {
  const server = http.createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function addService(
  client: Client,
  options: { name: string; namespace: string; port: number },
): Promise<void> {
  const { name, namespace, port } = options;
  await client.create(Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
  await client.create(EndpointSlice, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }],
    ports: [{ name: 'http', port, protocol: 'TCP' }],
  });
}

function request(options: {
  host: string;
  port: number;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}): Promise<Answer> {
  const { host, port, path = '/', method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = https.request(
      {
        host: '127.0.0.1',
        port,
        servername: host,
        rejectUnauthorized: false,
        path,
        method,
        agent: false,
        headers: { host, ...headers },
      },
      async response => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Waits until a condition holds; fails after ten seconds, saying which. */
export async function until(condition: () => unknown, what = String(condition)): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`still not: ${what}`);
}
