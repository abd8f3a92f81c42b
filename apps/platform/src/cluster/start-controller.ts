import { createHash } from 'node:crypto';
import { type Folder, type KeyProvider, type Log, messageOf, systemClock, systemRandom } from '@slipway/api';
import type { Selection } from '@slipway/definition';
import { SYSTEM_NAMESPACE } from '@slipway/definition';
import { addressesOf } from '../addresses.ts';
import { storedSelection } from '../stored-definition.ts';
import { openWorkerPool } from '../worker-pool.ts';
import { clusterPorts } from './cluster-ports.ts';
import { clusterUnits } from './cluster-units.ts';
import { type ConnectOptions, connectCluster } from './connect-cluster.ts';
import { controllerMetrics } from './controller-metrics.ts';
import { openHealthServer } from './health-server.ts';
import { leadUnits } from './lead-units.ts';

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
  log: Log;
  signal: AbortSignal;
}

/** How often the definition is looked at. */
const LOOK_MS = 10_000;
const THREADS = 2;

/**
 * The platform's own controllers against a cluster, as one of any number of processes that share the work: resolves
 * with the port of its health endpoints when it takes part, and `stopped` when it has given back what it led.
 * @throws SlipwayError ClusterUnknown, KubeconfigInvalid, Unreachable; DefinitionError
 */
export async function startController(
  options: ControllerOptions,
): Promise<{ healthPort: number; stopped: Promise<void> }> {
  const { log, signal } = options;
  const access = await connectCluster(options);
  const pool = openWorkerPool(THREADS);
  const metrics = controllerMetrics(systemClock);
  let problem: string | undefined = 'starting';
  const health = await openHealthServer({
    ...options.health,
    unready: () => problem,
    metrics: metrics.text,
  });
  const round = async (): Promise<void> => {
    const selection = await storedSelection(access.client);
    const changed = new AbortController();
    const ended = AbortSignal.any([signal, changed.signal]);
    void followDefinition(selection, () => storedSelection(access.client), ended).then(() => changed.abort());
    const addresses = addressesOf({ port: 443, httpPort: 80, apiPort: 443 }, selection);
    const { ca, data, keys } = options;
    const common = { clock: systemClock, random: systemRandom, log };
    const trust = ca ? { ca } : {};
    const portsOf = clusterPorts({ ...common, ...trust, access, data, keys, pool, addresses });
    const isInside = options.kubeconfig === undefined;
    const observe = metrics.observe;
    const units = clusterUnits({ ...common, ...trust, selection, addresses, portsOf, isInside, observe });
    problem = undefined;
    log.info('takes part', { units: units.map(({ name }) => name).join(' ') });
    const { identity } = options;
    const { client } = access;
    const { leads } = metrics;
    await leadUnits(units, {
      ...common,
      client,
      namespace: SYSTEM_NAMESPACE,
      identity,
      leads,
      signal: ended,
    });
  };
  const stopped = (async () => {
    while (!signal.aborted)
      await round().catch(async error => {
        problem = messageOf(error);
        log.error('cannot take part', { error: problem });
        await systemClock.sleep(LOOK_MS, signal).catch(() => {});
      });
    problem = 'stopping';
    await health.close();
    await pool.close();
    access.close();
  })();
  return { healthPort: health.port, stopped };
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
