/** The ids on the map (definition.md). */
export const CAPABILITY_IDS = [
  'compute-platform',
  'deployment-targets',
  'code-repositories',
  'config-repositories',
  'packaging',
  'continuous-delivery',
  'workflow-orchestration',
  'continuous-integration',
  'artifact-registries',
  'signing',
  'identity',
  'secret-repositories',
  'secret-management',
  'certificates',
  'ingress',
  'service-discovery',
  'mesh',
  'infrastructure-as-code',
  'data',
  'validation',
  'observability',
  'developer-portal',
] as const;

export type CapabilityId = (typeof CAPABILITY_IDS)[number];

/** Something a platform does. `capabilities/x/capabilities.ts` exports one for each id that the folder serves. */
export interface Capability {
  id: CapabilityId;
  title: string;
  /** One sentence: what people get. */
  purpose: string;
  /** `one` technology at a time, or `many` side by side. */
  choice: 'one' | 'many';
  /** Kinds through which others meet it, as `Kind.group/version`. */
  kinds: string[];
  /** Technology ids, the default first. */
  technologies: string[];
}

/** Gives the array its type and nothing else. */
export function defineCapabilities<const T extends Capability[]>(capabilities: T): T {
  return capabilities;
}
