import type { Ports } from '@slipway/definition';
import type { Manifest, SourceType } from '@slipway/render';
import type { ChartCache } from '@slipway/sources';
import type { BuildEnvironment } from './build-environment.ts';
import type { GitRequest, GitSources, OpenedGit } from './git-source.ts';
import type { AccessContext } from './source-access.ts';
import type { SourceSpec } from './spec.ts';

/** What the destination cluster is, as charts ask for it. */
export interface Capabilities {
  kubeVersion: string;
  /** `apps/v1`, `apps/v1/Deployment`. */
  apiVersions: string[];
}

/** What argocd-cm says of rendering. */
export interface RenderSettings {
  kustomizeBuildOptions: string;
  helmValuesFileSchemes: string[];
  disabledSources: SourceType[];
}

/** Everything that one source is rendered with. */
export interface RenderContext {
  ports: Ports;
  git: GitSources;
  charts: ChartCache;
  access: AccessContext;
  settings: RenderSettings;
  /** Chart repositories by the names that `@name` in a chart's dependencies means. */
  chartRepositories: () => { name: string; url: string }[];
  /** How other repositories are asked for on behalf of the same Application. */
  request: Omit<GitRequest, 'repoURL' | 'targetRevision'>;
  source: SourceSpec;
  environment: BuildEnvironment;
  /** Name and namespace of a release, unless the source says otherwise. */
  release: { name: string; namespace: string };
  capabilities: () => Promise<Capabilities & { digest: string }>;
  /** Repositories of other sources by their `ref`. */
  references: Map<string, OpenedGit>;
}

/** Longest rendering of one source. */
export const RENDER_MS = 60_000;

/** How a rendering is found again: manifests of equal keys are equal. */
export interface Rendered {
  type: SourceType;
  manifests: Manifest[];
}
