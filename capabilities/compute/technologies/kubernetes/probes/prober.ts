import type { Clock } from '@slipway/api';
import type { Container, Probe } from '@slipway/kinds';
import { type Answer, type CheckContext, check } from './check.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

export interface ProbeNews {
  /** The container has started (no startup probe, or it succeeded). */
  started(): void;
  ready(isReady: boolean): void;
  /** Startup or liveness gave up: the container must be restarted. */
  unhealthy(kind: 'startup' | 'liveness', probe: Probe): void;
  /** One failed attempt, for an event. */
  failed(kind: ProbeKind, answer: Answer): void;
}

/** Runs one container's probes until the signal is aborted, with upstream's thresholds and order. */
export function startProbes(options: {
  container: Container;
  context: CheckContext;
  clock: Clock;
  signal: AbortSignal;
  news: ProbeNews;
}): void {
  const { container, signal, news } = options;
  const { startupProbe, livenessProbe, readinessProbe } = container;
  const begin = () => {
    if (signal.aborted) return;
    news.started();
    if (livenessProbe) void run({ ...options, kind: 'liveness', probe: livenessProbe });
    if (readinessProbe) void run({ ...options, kind: 'readiness', probe: readinessProbe });
    if (!readinessProbe) news.ready(true);
  };
  if (!startupProbe) {
    begin();
    return;
  }
  void run({ ...options, kind: 'startup', probe: startupProbe, succeeded: begin });
}

interface Run {
  kind: ProbeKind;
  probe: Probe;
  context: CheckContext;
  clock: Clock;
  signal: AbortSignal;
  news: ProbeNews;
  /** Startup only: called once, and then it is over. */
  succeeded?: () => void;
}

async function run({ kind, probe, context, clock, signal, news, succeeded }: Run): Promise<void> {
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const state = { ok: 0, failed: 0 };
  // Until it succeeds for the first time it is tried more often than asked, for people wait for it; such a try counts
  // only when it succeeds, so thresholds keep the asked pace.
  let eagerMs = kind === 'liveness' || probe.exec ? undefined : FIRST_EAGER_MS;
  try {
    await clock.sleep((probe.initialDelaySeconds ?? 0) * 1000, signal);
    let countedAt = clock.now();
    for (;;) {
      const answer = await check(probe, context);
      if (signal.aborted) return;
      const counts = answer.ok || eagerMs === undefined || clock.now() - countedAt >= periodMs;
      if (counts) {
        countedAt = clock.now();
        state.ok = answer.ok ? state.ok + 1 : 0;
        state.failed = answer.ok ? 0 : state.failed + 1;
        if (!answer.ok) news.failed(kind, answer);
        if (act(kind, probe, state, { news, ...(succeeded ? { succeeded } : {}) })) return;
      }
      eagerMs = answer.ok || eagerMs === undefined ? undefined : Math.min(eagerMs * 2, LAST_EAGER_MS);
      await clock.sleep(Math.min(periodMs, eagerMs ?? periodMs), signal);
    }
  } catch {
    // The clock rejects when the container is over.
  }
}

const FIRST_EAGER_MS = 25;
const LAST_EAGER_MS = 1000;

/** True when this probe is over. */
function act(
  kind: ProbeKind,
  probe: Probe,
  { ok, failed }: { ok: number; failed: number },
  { news, succeeded }: { news: ProbeNews; succeeded?: () => void },
): boolean {
  const isUp = ok >= (probe.successThreshold ?? 1);
  const isDown = failed >= (probe.failureThreshold ?? 3);
  if (kind === 'readiness') {
    if (isUp) news.ready(true);
    if (isDown) news.ready(false);
    return false;
  }
  if (isDown) {
    news.unhealthy(kind, probe);
    return true;
  }
  if (kind === 'startup' && isUp) succeeded?.();
  return kind === 'startup' && isUp;
}
