import type { Clock, Folder, KeyProvider, Log, Random, UserInfo } from '@slipway/api';
import type { Client } from '@slipway/client';
import type {
  Address,
  Addresses,
  Ports,
  Running,
  SelectedComponent,
  Settings,
  Workers,
} from '@slipway/definition';
import type { Route } from '@slipway/gateway';
import type { BlobStore } from '@slipway/oci';
import type { Sandbox } from '@slipway/sandbox';

/** A started engine and whose it is. */
export interface StartedEngine {
  component: SelectedComponent;
  running: Running;
}

/** What every engine gets the same; client, token, log and folder are its own. */
export interface CommonPorts {
  clock: Clock;
  random: Random;
  log: Log;
  data: Folder;
  keys: KeyProvider;
  run: Sandbox;
  blobs: BlobStore;
  pool: Workers;
  resolve(name: string): Address;
  clientOf(technology: string): Client;
  clientAs(technology: string, user: UserInfo): Client;
  tokenOf(technology: string): Promise<string>;
}

/** Starts the engines side by side: what one needs of another it waits for by its controllers, not by order. */
export async function startEngines(
  components: SelectedComponent[],
  common: CommonPorts,
  settings: {
    addresses: Addresses;
    environments: string[];
    parametersOf(technology: string): Record<string, unknown>;
  },
): Promise<StartedEngine[]> {
  const starting = components.map(async component => {
    const { id, embedded } = component.technology;
    if (!embedded) return undefined;
    const own: Settings = {
      addresses: settings.addresses,
      environments: settings.environments,
      parameters: { ...settings.parametersOf(id), ...component.parameters },
    };
    return { component, running: await embedded.start(await portsOf(id, common), own) };
  });
  const settled = await Promise.allSettled(starting);
  const started = settled.flatMap(each => (each.status === 'fulfilled' && each.value ? [each.value] : []));
  const failed = settled.find(each => each.status === 'rejected');
  if (!failed) return started;
  await Promise.allSettled(started.map(each => each.running.stop()));
  throw failed.reason;
}

async function portsOf(id: string, common: CommonPorts): Promise<Ports> {
  const { clock, random, log, data, keys, run, blobs, pool, resolve } = common;
  return {
    clock,
    random,
    keys,
    run,
    blobs,
    pool,
    resolve,
    client: common.clientOf(id),
    as: user => common.clientAs(id, user),
    token: () => common.tokenOf(id),
    log: log.with({ technology: id }),
    data: await data.folder(id),
  };
}

/** The engines' routes with their labels made host names: under the domain, and under the name that is stored. */
export function routesOf(engines: StartedEngine[], { domain, appsDomain }: Addresses): Route[] {
  return engines.flatMap(({ running }) =>
    running.routes.flatMap(route =>
      hostsOf(route.host, domain, appsDomain).map(host => ({ ...route, host })),
    ),
  );
}

function hostsOf(label: string, domain: string, appsDomain: string): string[] {
  if (label === '') return [domain];
  // Routes may have hosts of any domain; names of ours win over `*`.
  if (label === '*') return [`*.${appsDomain}`, '*.apps.slipway.internal', '*'];
  // Container clients that cannot resolve the registry's name use localhost.
  const aliases = label === 'registry' ? ['localhost'] : [];
  return [`${label}.${domain}`, `${label}.slipway.internal`, ...aliases];
}
