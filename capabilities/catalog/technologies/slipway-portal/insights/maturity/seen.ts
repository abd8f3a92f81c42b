import type { Stored } from '@slipway/api';
import type {
  Attestation,
  Component,
  Environment,
  Platform,
  Report,
  Template,
  TemplateRun,
  Workload,
} from '@slipway/kinds';

/** What the platform's maturity is read from. */
export interface PlatformSeen {
  platform: Platform;
  components: Component[];
  environments: Environment[];
  workloads: Workload[];
  /** Of services. */
  reports: Report[];
  templates: Template[];
  runs: TemplateRun[];
  /** Definitions that were applied and are kept. */
  definitions: number;
  attestations: Stored<Attestation>[];
  /** Milliseconds since 1970. */
  now: number;
}

/** What measuring a line came to. Without an answer it is unknown. */
export interface Measured {
  holds?: boolean;
  found: string;
  evidence?: string;
}
