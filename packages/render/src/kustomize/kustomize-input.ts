import type { AnyObject } from '@slipway/api';
import type { SourceReader } from '../source-reader.ts';

/** What a kustomization is built from and with. */
export interface KustomizeInput {
  /** The whole source (a repository, usually); nothing outside it is read. */
  reader: SourceReader;
  /** Folder of the kustomization within it; `.` is the source itself. */
  path: string;
  /** Brings what stands elsewhere; without it everything remote is refused. */
  fetch?: KustomizeFetch;
  /** Renders charts of `helmCharts`; asked only when `options.enableHelm` is set. */
  helm?: HelmInflate;
  options?: Partial<KustomizeOptions>;
  limits?: Partial<KustomizeLimits>;
}

export interface KustomizeOptions {
  /** `rootOnly`: files at or below the kustomization's own folder. `none`: anywhere within the source. */
  loadRestrictor: 'rootOnly' | 'none';
  /** `--enable-helm`. */
  enableHelm: boolean;
  /** `--helm-api-versions`, `--helm-kube-version`, `--helm-debug`. */
  helm: { apiVersions?: string[]; kubeVersion?: string; debug?: boolean };
  /** `--enable-managedby-label`. */
  managedByLabel: boolean;
  /** `--reorder`; a kustomization's `sortOptions` win. */
  reorder: 'legacy' | 'none' | 'unspecified';
  /** `--as-current-user` and the like belong to functions, which are refused. What `/` of the source is called in messages. */
  rootName: string;
}

/** What stops a kustomization that was made to exhaust whoever builds it. */
export interface KustomizeLimits {
  /** Files read, those of remote sources too. */
  maxFiles: number;
  maxBytes: number;
  /** Kustomizations within kustomizations. */
  maxDepth: number;
  maxObjects: number;
  /** Values in all documents together, aliases followed. */
  maxValues: number;
}

export const KUSTOMIZE_LIMITS: KustomizeLimits = {
  maxFiles: 10_000,
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 50,
  maxObjects: 50_000,
  maxValues: 5_000_000,
};

/** A repository as kustomize's URL forms name it: `url` is what `git clone` would take. */
export interface RemoteRepository {
  url: string;
  /** Branch, tag or commit; absent: the remote's default branch. */
  ref?: string;
  submodules: boolean;
  timeoutMs: number;
}

export interface KustomizeFetch {
  /** The files of a repository at a revision; the folder within it is looked for afterwards. */
  repository(remote: RemoteRepository): Promise<SourceReader>;
  /** What a GET of an `http(s)://` URL answers; kustomize tries Git when it is no success. */
  file(url: string): Promise<{ status: number; body: Uint8Array }>;
}

/** One chart of `helmCharts`, made out as kustomize does: what `helm template` would be called with. */
export interface HelmInflation {
  /** Holds the chart folder at `path`; absent: it has to be pulled from `repo`. */
  local?: { reader: SourceReader; path: string };
  name: string;
  version?: string;
  repo?: string;
  releaseName?: string;
  nameTemplate?: string;
  namespace?: string;
  /** Values files' texts, in the order of `-f`. */
  values: string[];
  apiVersions: string[];
  kubeVersion?: string;
  includeCRDs: boolean;
  skipHooks: boolean;
  skipTests: boolean;
  devel: boolean;
  debug: boolean;
}

/** Gives what `helm template` prints. `valuesOf` reads the chart's own `values.yaml`, which `valuesMerge` works upon. */
export interface HelmInflate {
  render(chart: HelmInflation): Promise<string>;
  valuesOf(chart: Pick<HelmInflation, 'local' | 'name' | 'version' | 'repo'>): Promise<string | undefined>;
}

export interface KustomizeResult {
  objects: AnyObject[];
  /** What `kustomize build` prints. */
  text: string;
  /** What it says on standard error beside: deprecated fields, unused vars. */
  warnings: string[];
}
