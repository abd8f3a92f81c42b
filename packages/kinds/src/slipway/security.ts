import type { Kind, KubeObject } from '@slipway/api';
import { type CustomResourceDefinition, definitionOf, object } from '../custom-resource.ts';

/** One secure default, as it was found. */
export interface SecurityFinding {
  /** Stable id: `listeners`, `anonymous-api`. */
  check: string;
  /** `warn`: a limit that is known and chosen; `bad`: not as it should be; `unknown`: it could not be asked. */
  result: 'ok' | 'warn' | 'bad' | 'unknown';
  /** What should be. */
  what: string;
  /** How it was verified. */
  how: string;
  /** What was seen; never a secret. */
  found: string;
  /** RFC 3339. */
  at: string;
  /** What to do, unless it is ok. */
  advice?: string;
}

/**
 * Asks the running platform for its secure defaults. Nothing of it is kept: who creates one gets the answer, as with an
 * access review; it takes the right to create `securityreports.security.slipway.dev`.
 */
export interface SecurityReport extends KubeObject {
  status?: { healthy: boolean; findings: SecurityFinding[] };
}
export const SecurityReport: Kind<SecurityReport> = {
  group: 'security.slipway.dev',
  version: 'v1alpha1',
  kind: 'SecurityReport',
  plural: 'securityreports',
  namespaced: false,
};
export const securityReportDefinition: CustomResourceDefinition = definitionOf(SecurityReport, {
  spec: object({}),
});
