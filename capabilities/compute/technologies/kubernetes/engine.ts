import { join } from 'node:path';
import type { Ports, Probe, Running, Settings } from '@slipway/definition';
import { ConfigMap, type Namespace, type Pod, Secret } from '@slipway/kinds';
import { createRecorder } from '@slipway/runtime';
import type { PodNetwork } from '@slipway/sandbox';
import { createConnector } from './connector/connector.ts';
import { nodeControllers } from './controllers.ts';
import { notEnforced } from './enforcement.ts';
import type { References } from './env/environment.ts';
import { serviceVariables } from './env/service-links.ts';
import { openImageNames } from './images/image-names.ts';
import { openImages } from './images/images.ts';
import { createLogNews } from './logs/log-file.ts';
import { type AddressPool, createAddressPool } from './network/address-pool.ts';
import { egressOf } from './network/egress.ts';
import { type NetworkOptions, podNetwork } from './network/pod-network.ts';
import { createServiceTable, type ServiceTable } from './network/service-table.ts';
import { createVirtualNames } from './network/virtual-names.ts';
import { readNodeFacts } from './node/facts.ts';
import { startHeartbeat } from './node/heartbeat.ts';
import type { PodNode } from './pod/pod-node.ts';
import { createPods } from './pod/reconcile.ts';
import { createPodTokens } from './volumes/tokens.ts';

const NODE_NAME = 'slipway';

/** Ports that pods dial without a Service to tell us: the web's, and what databases and brokers listen on. */
const KNOWN_PORTS = [
  22, 25, 53, 80, 443, 587, 3000, 3306, 5000, 5432, 6379, 6443, 8000, 8080, 8443, 9000, 9090, 9092, 27017,
];

/** The kubelet of the embedded platform: one node, whose pods run in the platform's sandbox. */
export async function startEngine(ports: Ports, settings: Settings): Promise<Running> {
  const { client, clock, log, run } = ports;
  const abort = new AbortController();
  const podsFolder = (await ports.data.folder('pods')).path;
  const logsFolder = (await ports.data.folder('logs')).path;
  const table = createServiceTable();
  const namespaces = new Map<string, Namespace>();
  const addresses = createAddressPool();
  const news = createLogNews();
  // What an earlier run left: its pods' processes are gone, their writable layers nobody needs.
  await run.clean();
  await run.remove(podsFolder);
  await ports.data.folder('pods');
  const facts = await readNodeFacts({ name: NODE_NAME, driver: run.driver, folder: podsFolder });
  const images = await openImages({
    ...{ blobs: ports.blobs, clock, log, token: ports.token, resolve: ports.resolve },
    names: await openImageNames(ports.data.path),
    run: work => ports.pool.run(work),
  });
  const carry = (numbers: Iterable<number>) => void run.carry(numbers);
  await run.carry([...KNOWN_PORTS, settings.addresses.port]);
  const node: Omit<PodNode, 'others'> = {
    ...{ client, clock, log, run, images, addresses, news, podsFolder, logsFolder, carry },
    tokens: createPodTokens({ client, clock }),
    facts: {
      hostIP: facts.address,
      nodeName: facts.name,
      allocatable: { cpu: BigInt(facts.cpus) * 1000n, memory: BigInt(facts.memoryBytes) * 1000n },
    },
    references: namespace => referencesIn(ports, namespace),
    serviceVariables: pod => variablesOf(pod, { table, ports }),
    networkOf: networks({ ports, settings, table, addresses, namespaces, event: () => node.event }),
    event: createRecorder({ client, clock, log, component: 'kubelet' }),
    notEnforced: pod => notEnforced(pod, run),
  };
  const pods = createPods(node);
  await startHeartbeat({ client, clock, log, facts, signal: abort.signal });
  return {
    controllers: nodeControllers({ pods, table, namespaces, carry }),
    routes: [],
    probes: [podProbe(ports, join(podsFolder, '..'))],
    nodeConnector: createConnector({ clock, news, podState: key => pods.stateOf(key) }),
    stop: async () => {
      abort.abort(new Error('the platform stops'));
      await pods.stop();
      images.close();
    },
  };
}

function referencesIn({ client }: Ports, namespace: string): References {
  return {
    configMap: name => client.find(ConfigMap, { namespace, name }),
    secret: name => client.find(Secret, { namespace, name }),
  };
}

/** Where pods share the machine's network there are no virtual addresses: the API is at its real one. */
function variablesOf(pod: Pod, { table, ports }: { table: ServiceTable; ports: Ports }): Map<string, string> {
  const namespace = pod.metadata.namespace ?? '';
  const isMaster = (name: string | undefined) => name === 'kubernetes';
  const links = pod.spec.enableServiceLinks === false ? [] : table.inNamespace(namespace);
  const master = table.inNamespace('default').filter(one => isMaster(one.metadata.name));
  const others = links.filter(one => namespace !== 'default' || !isMaster(one.metadata.name));
  const variables = serviceVariables([...others, ...master]);
  if (ports.run.guarantees.ownNetwork.holds) return variables;
  const { host, port } = ports.resolve('kubernetes');
  return variables
    .set('KUBERNETES_SERVICE_HOST', host)
    .set('KUBERNETES_SERVICE_PORT', String(port))
    .set('KUBERNETES_SERVICE_PORT_HTTPS', String(port));
}

interface NetworkParts {
  ports: Ports;
  settings: Settings;
  table: ServiceTable;
  addresses: AddressPool;
  namespaces: Map<string, Namespace>;
  event(): PodNode['event'];
}

function networks(parts: NetworkParts): (pod: () => Pod) => PodNetwork {
  const { ports, settings, table, addresses, namespaces } = parts;
  const { domain, appsDomain, port, httpPort } = settings.addresses;
  const suffixes = ['slipway.internal', domain, appsDomain];
  const options: NetworkOptions = {
    table,
    names: createVirtualNames(),
    run: ports.run,
    resolve: ports.resolve,
    isOurs: name => suffixes.some(suffix => name === suffix || name.endsWith(`.${suffix}`)),
    ports: { tls: port, plain: httpPort },
    isPod: address => addresses.has(address),
  };
  return pod =>
    podNetwork(options, {
      egress: () => egressOf(pod().metadata, namespaces.get(pod().metadata.namespace ?? '')?.metadata),
      refused: (target, reason) =>
        parts.event()(pod(), 'Warning', 'EgressRefused', `Connection to ${target} refused: ${reason}`),
    });
}

/** Which pods run is told by their own objects; the probe asks whether one could. */
function podProbe({ run, clock, random }: Ports, folder: string): Probe {
  return {
    capability: 'compute-platform',
    name: 'a pod can be made',
    check: async () => {
      const begun = clock.now();
      const id = `probe-${random.uuid()}`;
      const network = { lookup: async () => [], connect: () => Promise.reject(new Error('refused')) };
      const pod = await run.pod({ id, hostname: 'probe', address: '10.245.255.254', network, ports: [] });
      await pod.stop();
      return `driver ${run.driver}: made and removed in ${clock.now() - begun} ms (${folder})`;
    },
  };
}
