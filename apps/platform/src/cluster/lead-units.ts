import { type Clock, type Log, messageOf, type Random } from '@slipway/api';
import type { Client } from '@slipway/client';
import { leadWith } from '@slipway/runtime';
import { followMembers } from './members.ts';

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

/** After a unit could not start, or its lease was lost. */
const AGAIN_MS = 3_000;
/** Whoever has its share lets others go first, for so long. */
const AFTER_YOU_MS = 10_000;
const BALANCE_MS = 2_000;

/** One process's part in the work. */
interface Part extends LeadOptions {
  /** What this process leads, each with how its lead is ended. */
  led: Map<string, AbortController>;
  /** How many units are this process's share. */
  share(): number;
}

/**
 * Leads each unit whenever its Lease can be had, until the signal is aborted; resolves when everything has stopped.
 * Processes share the units evenly: who leads more than its share gives one back.
 */
export async function leadUnits(units: Unit[], options: LeadOptions): Promise<void> {
  const members = followMembers(options);
  await members.ready;
  const share = () => Math.ceil(units.length / members.count);
  const part: Part = { ...options, led: new Map(), share };
  const leading = units.map(unit => leadUnit(unit, part));
  const balancing = balance(part);
  await waitFor(options.signal);
  await members.leave();
  await Promise.all([...leading, balancing]);
}

async function balance({ led, share, clock, signal, log }: Part): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(BALANCE_MS, signal).catch(() => {});
    const [[unit, lead] = []] = [...led].toReversed();
    if (signal.aborted || led.size <= share() || unit === undefined) continue;
    log.info('gives back', { unit });
    lead?.abort(new Error('another process has a smaller share'));
  }
}

async function leadUnit(unit: Unit, part: Part): Promise<void> {
  const { client, clock, identity, namespace, signal, led, share } = part;
  const log = part.log.with({ unit: unit.name });
  part.leads(unit.name, false);
  let told = '';
  while (!signal.aborted) {
    if (led.size >= share()) await clock.sleep(AFTER_YOU_MS, signal).catch(() => {});
    const lease = { namespace, name: `slipway-${unit.name}` };
    const lead = new AbortController();
    const ending = AbortSignal.any([signal, lead.signal]);
    await leadWith({ client, clock, log, lease, identity, signal: ending }, async ended => {
      led.set(unit.name, lead);
      await run(unit, { ...part, log, ended }).finally(() => led.delete(unit.name));
    })
      // Whoever leads next may fare better; nothing is lost by another try.
      .catch(error => {
        const why = messageOf(error);
        if (why !== told) log.error('a unit could not run', { error: why });
        told = why;
      });
    await clock.sleep(AGAIN_MS, signal).catch(() => {});
  }
}

async function run(unit: Unit, { log, ended, leads }: LeadOptions & { ended: AbortSignal }): Promise<void> {
  const running = await unit.start();
  log.info('leads');
  leads(unit.name, true);
  await waitFor(ended);
  leads(unit.name, false);
  await running.stop();
  log.info('leads no longer');
}

function waitFor(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
