import { type Clock, type Log, messageOf, type Random } from '@slipway/api';
import type { Client } from '@slipway/client';
import { leadWith } from '@slipway/runtime';

/** Controllers that go together: one process runs them at a time. */
export interface Unit {
  name: string;
  /** Resolves when they run; their end is waited for by `stop`. */
  start(): Promise<{ stop(): Promise<void> }>;
}

export interface LeadOptions {
  client: Client;
  clock: Clock;
  random: Random;
  log: Log;
  namespace: string;
  /** Unique to this process. */
  identity: string;
  /** Told when this process begins and ends to lead a unit. */
  leads(unit: string, leading: boolean): void;
  signal: AbortSignal;
}

/** Between one unit's election and the next: of two processes that start together, each gets some. */
const PACE_MS = 400;
/** After a unit could not start, or its lease was lost. */
const AGAIN_MS = 3_000;

/** Leads each unit whenever its Lease can be had, until the signal is aborted; resolves when everything has stopped. */
export async function leadUnits(units: Unit[], options: LeadOptions): Promise<void> {
  const { clock, random, signal } = options;
  const leading: Promise<void>[] = [];
  for (const unit of shuffled(units, random)) {
    leading.push(leadUnit(unit, options));
    await clock.sleep(PACE_MS, signal).catch(() => {});
  }
  await Promise.all(leading);
}

async function leadUnit(unit: Unit, options: LeadOptions): Promise<void> {
  const { client, clock, identity, namespace, signal } = options;
  const log = options.log.with({ unit: unit.name });
  options.leads(unit.name, false);
  while (!signal.aborted) {
    const lease = { namespace, name: `slipway-${unit.name}` };
    await leadWith({ client, clock, log, lease, identity, signal }, ended =>
      run(unit, { ...options, log, ended }),
    )
      // Whoever leads next may fare better; nothing is lost by another try.
      .catch(error => log.error('a unit could not run', { error: messageOf(error) }));
    await clock.sleep(AGAIN_MS, signal).catch(() => {});
  }
}

async function run(unit: Unit, { log, ended, leads }: LeadOptions & { ended: AbortSignal }): Promise<void> {
  const running = await unit.start();
  log.info('leads');
  leads(unit.name, true);
  await new Promise<void>(resolve => {
    if (ended.aborted) return resolve();
    ended.addEventListener('abort', () => resolve(), { once: true });
  });
  leads(unit.name, false);
  await running.stop();
  log.info('leads no longer');
}

function shuffled<T>(all: T[], random: Random): T[] {
  const marked = all.map(each => ({ each, at: random.uuid() }));
  return marked.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map(({ each }) => each);
}
