import type { SizedInt } from '../go-template/value.ts';

/** One file of a chart; `name` is its path inside the chart, with `/`. */
export interface ChartFile {
  name: string;
  data: Uint8Array;
}

/** A value as Helm holds it: what JSON gives (every number a float64), and Go's `int64`, which only `--set` makes. */
export type ChartValue = null | boolean | number | SizedInt | string | ChartValue[] | ValueMap;
export interface ValueMap {
  [key: string]: ChartValue;
}

export interface Maintainer {
  name: string;
  email: string;
  url: string;
}

/** One entry of `dependencies` in Chart.yaml (or requirements.yaml). */
export interface ChartDependency {
  name: string;
  version: string;
  repository: string;
  condition: string;
  tags: string[];
  enabled: boolean;
  importValues: ChartValue[];
  alias: string;
}

/** Chart.yaml. A text that is absent there is empty here, as in Go. */
export interface ChartMetadata {
  name: string;
  home: string;
  sources: string[];
  version: string;
  description: string;
  keywords: string[];
  maintainers: Maintainer[];
  icon: string;
  apiVersion: string;
  condition: string;
  tags: string;
  appVersion: string;
  deprecated: boolean;
  annotations: Record<string, string>;
  kubeVersion: string;
  /** Undefined when there is no such list: Helm tells that from an empty one. */
  dependencies: ChartDependency[] | undefined;
  type: string;
}

/** Chart.lock. */
export interface ChartLock {
  generated: string;
  digest: string;
  dependencies: ChartDependency[];
}

/** A loaded chart with its subcharts. */
export interface Chart {
  metadata: ChartMetadata;
  lock: ChartLock | undefined;
  /** Default values; undefined without values.yaml. */
  values: ValueMap | undefined;
  /** Text of values.schema.json. */
  schema: Uint8Array | undefined;
  templates: ChartFile[];
  /** All that is neither a template nor of Helm's own files; `crds/` too. */
  files: ChartFile[];
  parent: Chart | undefined;
  dependencies: Chart[];
}
