import type { Clock, Log } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type AskProbes, probeRequests } from '@slipway/definition';
import { type Certificates, openGateway, type PortalSession, type Route } from '@slipway/gateway';
import { admitterAdmission } from '@slipway/server';
import { routesOf, type StartedEngine } from './engines.ts';
import type { Machine } from './machine.ts';
import { guardPortal } from './portal-session.ts';
import { ask, type ComponentProbe, reportComponents } from './readiness.ts';

const GRACE_MS = 2000;
const HEALTH_PERIOD_MS = 30_000;

export interface MountOptions {
  clock: Clock;
  log: Log;
  cleanups: (() => Promise<unknown>)[];
}

/** Puts the engines' routes on one gateway, their controllers on one runtime, and fills the API server's slots. */
export async function mount(
  engines: StartedEngine[],
  machine: Machine,
  { clock, log, cleanups }: MountOptions,
): Promise<void> {
  const { addresses, controlPlane } = machine;
  const { server } = controlPlane.kube;
  for (const { running } of engines) {
    if (running.authenticator) server.addAuthenticator(running.authenticator);
    if (running.nodeConnector) server.setNodeConnector(running.nodeConnector);
    if (running.admitter) server.addAdmission(admitterAdmission(running.admitter));
  }
  const gateway = await openGateway({
    host: '127.0.0.1',
    port: addresses.port,
    plain: {
      port: addresses.httpPort,
      routes: engines.flatMap(({ running }) => (running.plain ? [running.plain] : [])),
    },
    certificates: certificatesOf(engines),
    clock,
    log,
  });
  const { routes, session } = await guarded(engines, machine, { clock, log });
  gateway.setRoutes(routes);
  cleanups.push(() => session?.close() ?? Promise.resolve());
  cleanups.push(() => gateway.close({ graceMs: GRACE_MS }));
  const { runtime } = controlPlane.kube;
  for (const { component, running } of engines) {
    runtime.add(running.controllers, controlPlane.clientOf(component.technology.id));
  }
  runtime.add(
    [probeRequests(askNow(engines.flatMap(probesOf), { clock, log, machine }))],
    controlPlane.client,
  );
  await runtime.start();
}

/** A round of all probes that somebody asked for; what was found stands in the Components, too. */
function askNow(
  probes: ComponentProbe[],
  { clock, log, machine }: Omit<MountOptions, 'cleanups'> & { machine: Machine },
): AskProbes {
  return async () => {
    const results = await Promise.all(probes.map(probe => ask(probe, clock)));
    await reportComponents(machine.controlPlane.client, results, { clock, log });
    return results.filter(each => !each.healthy).map(each => `${each.capability}: ${each.probe}`);
  };
}

/** All routes, with the session filter before the portal's host. */
async function guarded(
  engines: StartedEngine[],
  machine: Machine,
  { clock, log }: { clock: Clock; log: Log },
): Promise<{ routes: Route[]; session: PortalSession | undefined }> {
  const routes = routesOf(engines, machine.addresses);
  const portal = routes.find(route => route.host === machine.addresses.domain);
  if (!portal) return { routes, session: undefined };
  const hosts = new Map(
    engines.flatMap(({ component, running }) =>
      running.routes.map(route => [component.technology.id, route.host] as const),
    ),
  );
  const realm = String(
    engines.find(each => each.component.technology.id === 'keycloak')?.component.parameters.realm ??
      'slipway',
  );
  const { route, session } = await guardPortal(portal, machine, {
    clock,
    random: machine.ports.random,
    log,
    realm,
    hosts,
  });
  return { routes: routes.map(each => (each === portal ? route : each)), session };
}

/** The first engine that has a certificate for a name gives it. */
function certificatesOf(engines: StartedEngine[]): Certificates {
  return async serverName => {
    for (const { running } of engines) {
      const found = await running.certificates?.(serverName);
      if (found) return found;
    }
    return undefined;
  };
}

/** The probes of an engine, each with the name of its technology. */
export function probesOf({ component, running }: StartedEngine): ComponentProbe[] {
  return running.probes.map(probe => ({ ...probe, technology: component.technology.id }));
}

/** Asks every probe again from time to time and writes what it found into the Components. */
export function watchHealth(
  probes: ComponentProbe[],
  { clock, log, cleanups, client }: MountOptions & { client: Client },
): void {
  const stop = new AbortController();
  const loop = async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(HEALTH_PERIOD_MS, stop.signal);
      const results = await Promise.all(probes.map(probe => ask(probe, clock)));
      await reportComponents(client, results, { clock, log });
    }
  };
  void loop().catch(() => {});
  cleanups.push(async () => stop.abort());
}
