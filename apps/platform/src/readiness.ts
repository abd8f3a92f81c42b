import { type Clock, type Log, messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Probe } from '@slipway/definition';
import { Component } from '@slipway/kinds';

/** A probe and the component it speaks for. */
export interface ComponentProbe extends Probe {
  technology: string;
}

/** One line of the ready block and of `slipway status`. */
export interface ProbeResult {
  capability: string;
  technology: string;
  engine: 'embedded';
  healthy: boolean;
  /** What was asked, and what came back or went wrong. */
  probe: string;
  ms: number;
}

const ATTEMPT_TIMEOUT_MS = 5_000;
const PAUSE_MS = 100;

/**
 * Asks every probe until it answers or the time is over. A component is ready when a real question to it was answered.
 */
export async function awaitReady(
  probes: ComponentProbe[],
  options: { clock: Clock; timeoutMs: number },
): Promise<ProbeResult[]> {
  const deadline = options.clock.now() + options.timeoutMs;
  return Promise.all(probes.map(probe => awaitProbe(probe, options.clock, deadline)));
}

async function awaitProbe(probe: ComponentProbe, clock: Clock, deadline: number): Promise<ProbeResult> {
  for (;;) {
    const result = await ask(probe, clock);
    if (result.healthy || clock.now() >= deadline) return result;
    await clock.sleep(PAUSE_MS);
  }
}

/** Asks one probe once. */
export async function ask(probe: ComponentProbe, clock: Clock): Promise<ProbeResult> {
  const started = clock.now();
  const { capability, technology, name } = probe;
  const result = (healthy: boolean, text: string): ProbeResult => ({
    capability,
    technology,
    engine: 'embedded',
    healthy,
    probe: `${name}: ${text}`,
    ms: clock.now() - started,
  });
  try {
    return result(true, await probe.check(AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)));
  } catch (error) {
    return result(false, messageOf(error));
  }
}

/** Writes what the probes found into the Component objects. */
export async function reportComponents(
  client: Client,
  results: ProbeResult[],
  options: { clock: Clock; log: Log },
): Promise<void> {
  const time = new Date(options.clock.now()).toISOString();
  for (const technology of new Set(results.map(result => result.technology))) {
    const own = results.filter(result => result.technology === technology);
    const healthy = own.every(result => result.healthy);
    const failed = own.find(result => !result.healthy);
    const condition = (type: string) => ({
      type,
      status: healthy ? 'True' : 'False',
      reason: healthy ? 'ProbesAnswered' : 'ProbeFailed',
      message: failed?.probe ?? 'every probe was answered',
      lastTransitionTime: time,
    });
    const probes = own.map(({ capability, probe, ms, healthy: ok }) => ({
      capability,
      name: probe,
      healthy: ok,
      message: probe,
      ms,
      time,
    }));
    const conditions = [
      {
        ...condition('Synced'),
        status: 'True',
        reason: 'EngineRuns',
        message: 'the engine runs in this process',
      },
      condition('Healthy'),
      condition('Probed'),
    ];
    const patch = { type: 'merge', body: { status: { conditions, probes } } } as const;
    await client
      .patch(Component, { name: technology }, patch, { subresource: 'status', fieldManager: 'slipway' })
      .catch(error =>
        options.log.warn('component status not written', { technology, error: messageOf(error) }),
      );
  }
}
