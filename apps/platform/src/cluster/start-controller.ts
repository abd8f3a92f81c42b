import { createHash } from 'node:crypto';
import { type Folder, type KeyProvider, type Log, messageOf, systemClock, systemRandom } from '@slipway/api';
import { type Ports, type Selection, SYSTEM_NAMESPACE } from '@slipway/definition';
import { addressesOf } from '../addresses.ts';
import { storedSelection } from '../stored-definition.ts';
import { openWorkerPool } from '../worker-pool.ts';
import { clusterPorts } from './cluster-ports.ts';
import { clusterUnits } from './cluster-units.ts';
import { type ClusterAccess, type ConnectOptions, connectCluster } from './connect-cluster.ts';
import { type ControllerMetrics, controllerMetrics } from './controller-metrics.ts';
import { openHealthServer } from './health-server.ts';
import { leadUnits } from './lead-units.ts';
import { PORTAL, type PortalOptions, type ServedPortal, servePortal } from './serve-portal.ts';

export interface ControllerOptions extends ConnectOptions {
  /** Unique to this process: the pod's name. */
  identity: string;
  /** Where health and metrics are served. */
  health: { host: string; port: number };
  /** Caches and workspaces; what is in it can be made again. */
  data: Folder;
  keys: KeyProvider;
  /** PEM text that the tools' certificates may lead to, besides the system's authorities. */
  ca?: string;
  /** Also serves the portal: where, and the folder with the files of its client. */
  portal?: Pick<PortalOptions, 'listen' | 'signIn'>;
  log: Log;
  signal: AbortSignal;
}

/** How often the definition is looked at. */
const LOOK_MS = 10_000;
const PORTAL_AGAIN_MS = 3_000;
const THREADS = 2;

/** Why this process is not ready, by what is missing. */
type Problems = Map<'definition' | 'portal', string>;

interface Taking {
  options: ControllerOptions;
  access: ClusterAccess;
  metrics: ControllerMetrics;
  pool: ReturnType<typeof openWorkerPool>;
  problems: Problems;
}

/**
 * The platform's own controllers against a cluster, as one of any number of processes that share the work: resolves
 * with the port of its health endpoints when it takes part, and `stopped` when it has given back what it led.
 * @throws SlipwayError ClusterUnknown, KubeconfigInvalid, Unreachable; DefinitionError
 */
export async function startController(
  options: ControllerOptions,
): Promise<{ healthPort: number; stopped: Promise<void> }> {
  const { log, signal } = options;
  const problems: Problems = new Map([['definition', 'starting']]);
  const metrics = controllerMetrics(systemClock);
  const access = await connectCluster(options);
  const pool = openWorkerPool(THREADS);
  const health = await openHealthServer({
    ...options.health,
    unready: () => [...problems.values()].join('; ') || undefined,
    metrics: metrics.text,
  });
  const take = async () => {
    while (!signal.aborted)
      await round({ options, access, metrics, pool, problems }).catch(async error => {
        problems.set('definition', messageOf(error));
        log.error('cannot take part', { error: messageOf(error) });
        await systemClock.sleep(LOOK_MS, signal).catch(() => {});
      });
    problems.set('definition', 'stopping');
    await health.close();
    await pool.close();
    access.close();
  };
  return { healthPort: health.port, stopped: take() };
}

/** Takes part for as long as the definition stays what it is. */
async function round({ options, access, metrics, pool, problems }: Taking): Promise<void> {
  const { log, signal, ca, data, keys, identity } = options;
  const selection = await storedSelection(access.client);
  const changed = new AbortController();
  const ended = AbortSignal.any([signal, changed.signal]);
  void followDefinition(selection, () => storedSelection(access.client), ended).then(() => changed.abort());
  const addresses = addressesOf({ port: 443, httpPort: 80, apiPort: 443 }, selection);
  const common = { clock: systemClock, random: systemRandom, log, ...(ca ? { ca } : {}) };
  const isInside = options.kubeconfig === undefined;
  const portsOf = clusterPorts({ ...common, access, data, keys, pool, addresses, isInside });
  const portal: { served?: ServedPortal } = {};
  const units = clusterUnits({
    ...common,
    selection,
    addresses,
    portsOf,
    isInside,
    observe: metrics.observe,
    started: technology => (technology === PORTAL ? portal.served?.running : undefined),
  });
  problems.delete('definition');
  log.info('takes part', { units: units.map(({ name }) => name).join(' ') });
  const { client } = access;
  const { leads } = metrics;
  const serving = options.portal
    ? keepPortal({ ...options.portal, selection, addresses, ...(ca ? { ca } : {}) }, portsOf, {
        ended,
        problems,
        log,
        portal,
      })
    : undefined;
  await leadUnits(units, { ...common, client, namespace: SYSTEM_NAMESPACE, identity, leads, signal: ended });
  await serving;
}

/** Serves the portal as soon as its client is known, until the signal is aborted. */
async function keepPortal(
  options: Omit<PortalOptions, 'ports'>,
  portsOf: (technology: string) => Promise<Ports>,
  state: { ended: AbortSignal; problems: Problems; log: Log; portal: { served?: ServedPortal } },
): Promise<void> {
  const { ended, problems, log, portal } = state;
  problems.set('portal', 'portal: starting');
  while (!ended.aborted && !portal.served)
    try {
      portal.served = await servePortal({ ...options, ports: await portsOf(PORTAL) });
      problems.delete('portal');
      log.info('serves the portal', { port: portal.served.port });
    } catch (error) {
      problems.set('portal', `portal: ${messageOf(error)}`);
      await systemClock.sleep(PORTAL_AGAIN_MS, ended).catch(() => {});
    }
  await new Promise<void>(resolve => {
    if (ended.aborted) return resolve();
    ended.addEventListener('abort', () => resolve(), { once: true });
  });
  await portal.served?.close();
}

/** Resolves when the definition is another, or the signal is aborted. */
async function followDefinition(
  selection: Selection,
  read: () => Promise<Selection>,
  signal: AbortSignal,
): Promise<void> {
  const digest = ({ document }: Selection) =>
    createHash('sha256').update(JSON.stringify(document)).digest('hex');
  while (!signal.aborted) {
    await systemClock.sleep(LOOK_MS, signal).catch(() => {});
    const now = await read().catch(() => selection);
    if (digest(now) !== digest(selection)) return;
  }
}
