import type { Clock, Random } from '@slipway/api';
import type { Chart, ValueMap } from './chart.ts';
import type { Hook, RenderedManifest } from './manifests/manifest.ts';

/**
 * Values a person gives, in Helm's own order of precedence: each kind overrides the ones before it, whatever order the
 * command line had.
 */
export interface ValueSources {
  /** `--values`: YAML texts; `name` is used in errors. Several documents in one are merged. */
  files?: { name: string; text: string }[];
  /** `--set-json`: `key=json,…` or one JSON object. */
  setJson?: string[];
  /** `--set`: `key=value,…` */
  set?: string[];
  setString?: string[];
  /** `--set-file`: `key=path,…`; `fileTexts` holds what stands at each path (`pathsOfSetFile` lists them). */
  setFile?: string[];
  fileTexts?: Record<string, string>;
  setLiteral?: string[];
}

export interface ReleaseOptions {
  name: string;
  namespace: string;
  /** Default 1. */
  revision?: number;
  /** Default false: an installation. */
  isUpgrade?: boolean;
}

/** What the cluster can do, as templates see it. Absent: what `helm template` assumes. */
export interface CapabilityOptions {
  /** `1.31`, `v1.33.4-gke.1`, …: `--kube-version`. */
  kubeVersion?: string;
  /** Added to the built-in list, as `--api-versions` does; `onlyApiVersions` replaces that list, as a cluster does. */
  apiVersions?: string[];
  onlyApiVersions?: boolean;
}

/** Bounds of one rendering. What goes beyond is refused with code `ChartLimit`. */
export interface RenderLimits {
  /** Evaluated template nodes. */
  steps: number;
  /** Characters all templates write together. */
  output: number;
  /** Nested template calls, Helm's own limit of 1,000 recursions of one name aside. */
  depth: number;
}

export interface RenderOptions {
  /** It is not changed; subcharts that values turn off are left out of a copy. */
  chart: Chart;
  values?: ValueSources;
  /** Values that are merged already; `values` come on top. */
  baseValues?: ValueMap;
  release: ReleaseOptions;
  capabilities?: CapabilityOptions;
  /** An object or a list of the cluster; `{}` when there is none. Absent: always `{}`, as in `helm template`. */
  lookup?: (apiVersion: string, kind: string, namespace: string, name: string) => ValueMap;
  includeCrds?: boolean;
  skipTests?: boolean;
  skipSchemaValidation?: boolean;
  /** `--no-hooks`: hooks are not in `text`. */
  noHooks?: boolean;
  /** Notes of subcharts, too. */
  subNotes?: boolean;
  /** `--show-only`: only these templates are in `text`. */
  showOnly?: string[];
  limits?: Partial<RenderLimits>;
  clock?: Clock;
  random?: Random;
}

export interface RenderedCrd {
  /** `web/crds/thing.yaml` */
  source: string;
  content: string;
}

export interface RenderedChart {
  /** In the order Helm installs them. */
  manifests: RenderedManifest[];
  /** In the order Helm sorts them by kind; run them by weight, then name. */
  hooks: Hook[];
  /** Of the chart and its subcharts, whether or not `includeCrds` is set. */
  crds: RenderedCrd[];
  notes: string;
  /** A release's manifest, as Helm stores it: without hooks. */
  manifest: string;
  /** What `helm template` prints. */
  text: string;
  /** What the person gave, merged: a release's `config`. */
  config: ValueMap;
  /** The chart with dependencies worked out, as Helm stores it in a release. */
  chart: Chart;
  /** What Helm writes to standard error, without its time stamps. */
  warnings: string[];
}
