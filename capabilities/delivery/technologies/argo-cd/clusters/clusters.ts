import { type Clock, messageOf, SlipwayError, type Stored } from '@slipway/api';
import { type Client, createClient } from '@slipway/client';
import { type NodeTransport, nodeTransport } from '@slipway/client/node';
import type { Secret } from '@slipway/kinds';
import type { ArgoCdSettings } from '../settings/settings.ts';
import { type Cluster, IN_CLUSTER, readCluster, readConnection } from './cluster.ts';
import { type Destination, findCluster, type KnownClusters, listClusters } from './destination.ts';

/** What a server can do, as charts ask for it. */
export interface Capabilities {
  /** `v1.34.1` */
  kubeVersion: string;
  /** `apps/v1`, `apps/v1/Deployment`, … */
  apiVersions: string[];
}

/** A cluster that can be worked on. */
export interface Reached {
  cluster: Cluster;
  client: Client;
  /** Aborted when its Secret goes or says something else: watches and loops over it end then. */
  signal: AbortSignal;
  /** Asked once in a while, not each time. */
  capabilities(): Promise<Capabilities>;
}

export interface ConnectionState {
  status: 'Successful' | 'Failed' | 'Unknown';
  message: string;
  /** Milliseconds since 1970. */
  at: number;
  serverVersion?: string;
}

/** Where Applications deliver to. */
export interface Clusters {
  /** @throws SlipwayError DestinationInvalid with the words of Argo CD's InvalidSpecError */
  find(destination: Destination): Cluster;
  /**
   * A client of the destination; the same one until its Secret changes.
   * @throws SlipwayError DestinationInvalid, ClusterInvalid, ClusterUnsupported
   */
  clientFor(destination: Destination): Reached;
  list(): Cluster[];
  /** Those of one project. */
  ofProject(project: string): Cluster[];
  /** Asks the server for its version and says what came of it; the last answer is kept for ten seconds. */
  connection(server: string): Promise<ConnectionState>;
}

export interface ClustersOptions {
  settings: ArgoCdSettings;
  /** The platform's own API. */
  client: Client;
  clock: Clock;
  signal: AbortSignal;
}

const CAPABILITIES_MS = 30_000;
const CONNECTION_MS = 10_000;
const ANSWER_MS = 10_000;

interface Held extends Reached {
  /** Of the Secret; absent for the platform itself. */
  resourceVersion: string | undefined;
  close(): void;
}

interface State extends ClustersOptions {
  held: Map<string, Held>;
  asked: Map<string, ConnectionState>;
}

/** Follows the cluster Secrets: a client is made when somebody asks for it, and closed when its Secret goes. */
export function openClusters(options: ClustersOptions): Clusters {
  const state: State = { ...options, held: new Map(), asked: new Map() };
  const end = options.settings.onChange(change => {
    if (change === 'clusters') closeChanged(state);
  });
  options.signal.addEventListener(
    'abort',
    () => {
      end();
      for (const held of state.held.values()) held.close();
    },
    { once: true },
  );
  return {
    find: destination => findCluster(known(options.settings), destination),
    clientFor: destination => reach(state, findCluster(known(options.settings), destination)),
    list: () => listClusters(known(options.settings)),
    ofProject: project =>
      listClusters(known(options.settings)).filter(cluster => project !== '' && cluster.project === project),
    connection: server => connectionOf(state, server),
  };
}

function known(settings: ArgoCdSettings): KnownClusters {
  const { inClusterEnabled } = settings.config();
  return { clusters: settings.secrets('cluster').map(readCluster), inClusterEnabled };
}

function secretOf({ settings }: State, { secret }: Cluster): Stored<Secret> | undefined {
  return settings.secrets('cluster').find(({ metadata }) => metadata.name === secret);
}

function reach(state: State, cluster: Cluster): Reached {
  const secret = secretOf(state, cluster);
  const resourceVersion = secret?.metadata.resourceVersion;
  const held = state.held.get(cluster.server);
  if (held && held.resourceVersion === resourceVersion) return held;
  held?.close();
  const made = open(state, cluster, secret);
  state.held.set(cluster.server, made);
  return made;
}

function open(state: State, cluster: Cluster, secret: Stored<Secret> | undefined): Held {
  const transport = secret ? transportOf(cluster, secret) : undefined;
  const client = transport ? createClient(transport) : state.client;
  const abort = new AbortController();
  return {
    cluster,
    client,
    signal: AbortSignal.any([abort.signal, state.signal]),
    capabilities: remembered(state.clock, CAPABILITIES_MS, () => readCapabilities(client)),
    resourceVersion: secret?.metadata.resourceVersion,
    close: () => {
      abort.abort(new Error(`cluster ${cluster.server} has changed or is gone`));
      transport?.close();
    },
  };
}

/** The platform itself may have a Secret for its name and labels; without credentials in it, it is reached as before. */
function transportOf(cluster: Cluster, secret: Stored<Secret>): NodeTransport | undefined {
  const connection = readConnection(secret);
  if (cluster.server === IN_CLUSTER) {
    if (!connection.token && !connection.basic) return undefined;
    throw new SlipwayError(
      'ClusterUnsupported',
      `cluster not usable: cluster Secret ${JSON.stringify(cluster.secret)}: credentials for ${IN_CLUSTER} are not supported by this engine; it acts as itself there, so leave bearerToken, username and password out`,
    );
  }
  return nodeTransport(connection);
}

/** What was asked under way is asked once; what failed is asked again. */
function remembered<T>(clock: Clock, ms: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { answer: Promise<T>; until: number } | undefined;
  return () => {
    if (last && last.until > clock.now()) return last.answer;
    const answer = ask();
    const mine = { answer, until: clock.now() + ms };
    last = mine;
    answer.catch(() => {
      if (last === mine) last = undefined;
    });
    return answer;
  };
}

async function readCapabilities(client: Client): Promise<Capabilities> {
  const [kubeVersion, apiVersions] = await Promise.all([readVersion(client), client.apiVersions()]);
  return { kubeVersion, apiVersions };
}

async function readVersion(client: Client): Promise<string> {
  const { gitVersion = '' } = (await client.read('/version')) as { gitVersion?: string };
  return gitVersion;
}

/** Clients whose Secret is gone or another one now. */
function closeChanged(state: State): void {
  state.asked.clear();
  const versions = new Map(
    state.settings
      .secrets('cluster')
      .map(secret => [readCluster(secret).server, secret.metadata.resourceVersion]),
  );
  for (const [server, held] of state.held) {
    if (versions.get(server) === held.resourceVersion) continue;
    held.close();
    state.held.delete(server);
  }
}

async function connectionOf(state: State, server: string): Promise<ConnectionState> {
  const before = state.asked.get(server);
  const now = state.clock.now();
  if (before && now - before.at < CONNECTION_MS) return before;
  const found = await askConnection(state, server, now);
  state.asked.set(server, found);
  return found;
}

async function askConnection(state: State, server: string, at: number): Promise<ConnectionState> {
  const giveUp = new AbortController();
  try {
    const { client } = reach(state, findCluster(known(state.settings), { server }));
    const late = state.clock.sleep(ANSWER_MS, giveUp.signal).then(() => {
      throw new Error(`no answer within ${ANSWER_MS / 1_000} s`);
    });
    const serverVersion = await Promise.race([readVersion(client), late]);
    return { status: 'Successful', message: '', at, serverVersion };
  } catch (error) {
    return { status: 'Failed', message: messageOf(error), at };
  } finally {
    giveUp.abort();
  }
}
