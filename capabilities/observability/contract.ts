import type { Contract } from '@slipway/definition';

/** What of a running technology can be asked: not each of them keeps metrics, logs and dashboards. */
export interface ObservabilityGround {
  /** What it grants (`metrics`, `dashboard`). */
  grants: Contract[];
  /** Makes a pod that measures `slipway_conformance{name="…"} 1` and writes one line with its name, wishes granted. */
  run(name: string): Promise<void>;
  /** The last value of the measure, undefined when nobody has it; absent: it keeps no metrics. */
  measure?(name: string): Promise<number | undefined>;
  /** Lines that were written by the pod; absent: it keeps no logs. */
  lines?(name: string): Promise<string[]>;
  /** Titles of dashboards a person who signed in finds; absent: it shows none. */
  dashboards?(): Promise<string[]>;
}

/**
 * Label of ConfigMaps, in any namespace, that say where measurements are kept, in Grafana's format for data sources:
 * whoever keeps some writes one, whoever shows them reads all.
 */
export const DATASOURCE_LABEL = 'grafana_datasource';

/**
 * The Service through which logs are sent (OTLP over HTTP, below `/otlp`) to whoever keeps them: it is an alias that
 * the keeper makes.
 */
export const LOGS_SERVICE = { namespace: 'slipway-system', name: 'logs', port: 3100 } as const;
