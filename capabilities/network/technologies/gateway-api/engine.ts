import type { Client } from '@slipway/client';
import type { Addresses, Ports, Running, Settings } from '@slipway/definition';
import { createProxy } from '@slipway/gateway';
import { CLASS, GATEWAY } from '../../contract.ts';
import { controllersOf } from './controllers.ts';
import { noEndpointPage, refusalPage } from './data-path/causes.ts';
import { certificatesOf } from './data-path/certificates.ts';
import { readyEndpoints, servicePort } from './data-path/endpoints.ts';
import { type LiveWorld, openWorld } from './data-path/live-world.ts';
import { createPick } from './data-path/pick.ts';
import { CONTROLLER, Gateway, GatewayClass, INGRESS_CONTROLLER, IngressClass } from './table/upstream.ts';

const MANAGER = 'gateway-api';

/** Starts the data path (host → route → service → pod) and the controllers that keep statuses. */
export async function startEngine(ports: Ports, { addresses }: Settings): Promise<Running> {
  const { client, clock, log, run } = ports;
  const abort = new AbortController();
  const known = new Set([80, 443, addresses.port, addresses.httpPort]);
  const world = openWorld({
    client,
    clock,
    log,
    signal: abort.signal,
    ports: known,
    appsDomain: addresses.appsDomain,
  });
  await applyGateway(client, addresses);
  const endpointsOf = (
    service: Parameters<LiveWorld['slicesOf']>[0],
    port: Parameters<typeof servicePort>[1],
  ) => {
    const found = world.service(service);
    const resolved = found && servicePort(found, port);
    return resolved ? readyEndpoints(world.slicesOf(service), resolved) : [];
  };
  const pick = createPick({
    table: world.table,
    service: world.service,
    endpoints: (service, port) => endpointsOf(keyOf(service), port),
    dial: ({ address, port }) => run.dial({ address, port }),
    explain: service => noEndpointPage(client, service),
    explainRefusal: (service, endpoint, error) => refusalPage(client, service, endpoint, error),
  });
  const proxy = createProxy({ pick, log });
  world.onEndpoints(() => proxy.retain(readyKeys(world)));
  return {
    controllers: controllersOf({ ports: known, addresses }),
    routes: [{ host: '*', handler: proxy.handler, upgrade: proxy.upgrade, express: proxy.express }],
    certificates: certificatesOf(client, world),
    probes: [
      {
        capability: 'ingress',
        name: 'the gateway is programmed',
        check: async () => {
          await world.synced;
          const gateway = await client.get(Gateway, GATEWAY);
          const programmed = gateway.status?.conditions?.find(each => each.type === 'Programmed');
          if (programmed?.status !== 'True') throw new Error(programmed?.message ?? 'it has no status yet');
          return `${world.table().hostnames.size} hostnames`;
        },
      },
    ],
    stop: async () => {
      abort.abort();
      await proxy.close();
    },
  };
}

function keyOf(service: { metadata: { namespace?: string; name: string } }) {
  return { namespace: service.metadata.namespace ?? '', name: service.metadata.name };
}

/** Every address that may still get requests. */
function readyKeys(world: LiveWorld): Set<string> {
  const keys = new Set<string>();
  for (const slice of world.allSlices()) {
    for (const { name } of slice.ports ?? []) {
      for (const { key } of readyEndpoints([slice], { port: 0, ...(name ? { name } : {}) })) keys.add(key);
    }
  }
  return keys;
}

/** The class and the Gateway that everything attaches to unless it names another. */
async function applyGateway(client: Client, { port }: Addresses): Promise<void> {
  const options = { fieldManager: MANAGER, force: true };
  await client.apply(
    GatewayClass,
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: CLASS },
      spec: { controllerName: CONTROLLER, description: 'The platform’s own gateway' },
    },
    options,
  );
  await client.apply(
    IngressClass,
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: CLASS, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: INGRESS_CONTROLLER },
    },
    options,
  );
  await client.apply(
    Gateway,
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { ...GATEWAY },
      spec: {
        gatewayClassName: CLASS,
        listeners: [
          {
            name: 'https',
            port,
            protocol: 'HTTPS',
            // The platform's authority issues for every name that is ours.
            tls: { mode: 'Terminate', options: { 'slipway.dev/certificates': 'local' } },
            allowedRoutes: { namespaces: { from: 'All' } },
          },
        ],
      },
    },
    options,
  );
}
