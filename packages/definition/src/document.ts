import type { CapabilityId } from './capability.ts';
import type { ResolvedParts } from './elsewhere/resolve-definition.ts';
import { type DefinitionError, type Problem, parseLocated } from './located.ts';
import type { PackageRequest } from './package/resolve-packages.ts';
import { PLATFORM_SCHEMA } from './platform-schema.ts';

export { DefinitionError, type Problem } from './located.ts';

/** What a person wrote for one capability. */
export type Choice = string | { technology: string; engine?: unknown; parameters?: Record<string, unknown> };

/** The cluster a platform stands on: a context of a kubeconfig, the current one unless named. */
export interface ClusterTarget {
  context?: string;
  kubeconfig?: string;
}

/** The Platform document as it stands in a file. */
export interface PlatformDocument {
  apiVersion: 'slipway.dev/v1alpha1';
  kind: 'Platform';
  metadata: { name: string };
  spec?: {
    blueprint?: string;
    target?: 'embedded' | { kubernetes: ClusterTarget };
    domain?: string;
    appsDomain?: string;
    tls?: { issuer?: string; acme?: { server?: string; email?: string }; files?: { secret: string } };
    gitops?: boolean;
    expose?: string;
    capabilities?: Partial<Record<CapabilityId, Choice | Choice[]>>;
    packages?: PackageRequest[];
    /** Addresses of technologies that the catalogue does not have. */
    technologies?: string[];
    /** What stands elsewhere, once it was brought; nobody writes it. */
    resolved?: ResolvedParts;
    environments?: {
      name: string;
      promotion?: {
        from: string;
        requires?: Record<string, unknown>[];
        /** What a rollback needs instead; absent: the same. */
        rollback?: { requires: Record<string, unknown>[] };
      };
    }[];
    teams?: { name: string; members?: string[]; may?: unknown[] }[];
  };
}

/** A parsed document that can still say on which line a field stands. */
export interface Located {
  document: PlatformDocument;
  /** Turns problems into one DefinitionError that names file and line of each. */
  error(problems: Problem[]): DefinitionError;
}

/**
 * Reads a Platform document and checks it against the schema.
 * @example
 * const { document } = parseDefinition(await readFile('platform.yaml', 'utf8'), 'platform.yaml');
 * @throws DefinitionError naming file, line, field, what was found and what is allowed
 */
export function parseDefinition(text: string, file: string): Located {
  const { value, error } = parseLocated<PlatformDocument>(text, file, PLATFORM_SCHEMA);
  return { document: value, error };
}
