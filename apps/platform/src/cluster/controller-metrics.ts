import type { Clock } from '@slipway/api';
import type { Reconciled } from '@slipway/runtime';

/** What this process did, as Prometheus reads it (text format 0.0.4). */
export interface ControllerMetrics {
  observe(seen: Reconciled): void;
  /** Whether this process leads a unit. */
  leads(unit: string, leading: boolean): void;
  text(): string;
}

export function controllerMetrics(clock: Clock): ControllerMetrics {
  const startedAt = clock.now() / 1000;
  const reconciled = new Map<string, { labels: string; count: number; seconds: number }>();
  const leading = new Map<string, boolean>();
  return {
    observe: ({ controller, outcome, ms }) => {
      const labels = `controller="${controller}",outcome="${outcome}"`;
      const present = reconciled.get(labels) ?? { labels, count: 0, seconds: 0 };
      reconciled.set(labels, { labels, count: present.count + 1, seconds: present.seconds + ms / 1000 });
    },
    leads: (unit, isLeader) => {
      leading.set(unit, isLeader);
    },
    text: () => {
      const all = [...reconciled.values()];
      const { rss } = process.memoryUsage();
      return [
        ...metric('slipway_leader', 'gauge', 'Whether this process leads it.', [
          ...[...leading].map(([unit, isLeader]) => `{unit="${unit}"} ${isLeader ? 1 : 0}`),
        ]),
        ...metric('slipway_reconcile_total', 'counter', 'Reconciles that are over.', [
          ...all.map(({ labels, count }) => `{${labels}} ${count}`),
        ]),
        ...metric('slipway_reconcile_seconds_total', 'counter', 'Time that reconciles took.', [
          ...all.map(({ labels, seconds }) => `{${labels}} ${seconds}`),
        ]),
        ...metric('process_resident_memory_bytes', 'gauge', 'Resident memory.', [` ${rss}`]),
        ...metric('process_start_time_seconds', 'gauge', 'Start of the process.', [` ${startedAt}`]),
        '',
      ].join('\n');
    },
  };
}

function metric(name: string, type: 'gauge' | 'counter', help: string, values: string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values.map(value => `${name}${value}`)];
}
