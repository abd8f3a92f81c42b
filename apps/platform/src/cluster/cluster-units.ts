import { type Clock, type Log, type Random, SlipwayError } from '@slipway/api';
import { settle, type Wired, wiringControllers } from '@slipway/cluster';
import {
  type Addresses,
  httpRequest,
  type Ports,
  type Running,
  type SelectedComponent,
  type Selection,
  WIRING_ACCOUNT,
} from '@slipway/definition';
import { type Controller, createRuntime, type Reconciled } from '@slipway/runtime';
import type { Unit } from './lead-units.ts';

export interface UnitsOptions {
  selection: Selection;
  addresses: Addresses;
  portsOf(technology: string): Promise<Ports>;
  /** Whether Services' names lead to the tools. */
  isInside: boolean;
  ca?: string;
  clock: Clock;
  random: Random;
  log: Log;
  observe(seen: Reconciled): void;
  /** An engine that this process has started already, by technology. */
  started(technology: string): Running | undefined;
}

/** Kinds without which votes and runs have no author that could be believed. */
const RECORDS = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingAdmissionPolicy' };

/** Everything of ours that runs beside the chosen tools: a unit for each technology, and one that wires them. */
export function clusterUnits(options: UnitsOptions): Unit[] {
  const { selection } = options;
  const beside = selection.components.flatMap(component =>
    component.technology.beside ? [besideUnit(component, options)] : [],
  );
  return [wiringUnit(options), ...beside];
}

function wiringUnit(options: UnitsOptions): Unit {
  return {
    name: 'wiring',
    start: async () => {
      const controllers = wiringControllers(wiredOf(options));
      return runControllers(controllers, await options.portsOf(WIRING_ACCOUNT), options);
    },
  };
}

function wiredOf({ selection, isInside, ca }: UnitsOptions): Wired[] {
  return settle(selection, new Map()).map(({ component, settings }) => {
    const { technology, existing } = component;
    const { platform, parameters, namespace, url } = settings;
    const own = { platform, parameters, namespace, url, isInside, http: httpRequest, ...(ca ? { ca } : {}) };
    if (!existing) return { technology, settings: own };
    const credentials = existing.credentials;
    const at = {
      address: existing.url,
      ...(credentials ? { credentials: { namespace, name: credentials } } : {}),
    };
    return { technology, settings: { ...own, existing: at } };
  });
}

function besideUnit({ technology, parameters }: SelectedComponent, options: UnitsOptions): Unit {
  const { id, beside } = technology;
  const { addresses, selection, portsOf } = options;
  return {
    name: id,
    start: async () => {
      if (!beside) throw new SlipwayError('EngineAbsent', `${id}: nothing of it runs beside the tool`);
      const ports = await portsOf(id);
      await requireRecords(ports);
      const environments = selection.environments.map(({ name }) => name);
      const given = options.started(id);
      const running = given ?? (await beside.start(ports, { addresses, environments, parameters }));
      const controllers = await runControllers(running.controllers, ports, options);
      return {
        stop: async () => {
          await controllers.stop();
          if (!given) await running.stop();
        },
      };
    },
  };
}

async function requireRecords({ client }: Ports): Promise<void> {
  if (await client.discover(RECORDS.apiVersion, RECORDS.kind)) return;
  throw new SlipwayError(
    'ClusterTooOld',
    'the cluster serves no MutatingAdmissionPolicy, by which it writes down who made what: Kubernetes 1.36 or newer is needed',
  );
}

async function runControllers(
  controllers: Controller[],
  { client }: Ports,
  { clock, random, log, observe }: UnitsOptions,
): Promise<{ stop(): Promise<void> }> {
  const runtime = createRuntime({ client, clock, random, log, observe });
  runtime.add(controllers);
  await runtime.start();
  return runtime;
}
