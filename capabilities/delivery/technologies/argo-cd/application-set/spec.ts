import type { AnyObject, Kind, LabelSelector } from '@slipway/api';
import { ApplicationSet as UntypedApplicationSet } from '@slipway/kinds';

/** Values that one run of the template gets. */
export type Params = Record<string, unknown>;

/** `template` of an ApplicationSet or of one of its generators. */
export interface ApplicationTemplate {
  metadata?: {
    name?: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
  };
  spec?: Record<string, unknown>;
}

interface WithTemplate {
  template?: ApplicationTemplate;
}

export interface ListGenerator extends WithTemplate {
  elements?: unknown[];
  elementsYaml?: string;
}

export interface ClustersGenerator extends WithTemplate {
  selector?: LabelSelector;
  values?: Record<string, string>;
  flatList?: boolean;
}

export interface GitGenerator extends WithTemplate {
  repoURL?: string;
  revision?: string;
  directories?: { path?: string; exclude?: boolean }[];
  files?: { path?: string; exclude?: boolean }[];
  values?: Record<string, string>;
  pathParamPrefix?: string;
  requeueAfterSeconds?: number;
}

export interface MatrixGenerator extends WithTemplate {
  generators?: Generator[];
}

export interface MergeGenerator extends WithTemplate {
  generators?: Generator[];
  mergeKeys?: string[];
}

/** One generator: one of its fields besides `selector` is set. */
export interface Generator {
  list?: ListGenerator;
  clusters?: ClustersGenerator;
  git?: GitGenerator;
  matrix?: MatrixGenerator;
  merge?: MergeGenerator;
  scmProvider?: WithTemplate;
  pullRequest?: WithTemplate;
  clusterDecisionResource?: WithTemplate;
  plugin?: WithTemplate;
  /** Of the parameters that come out. */
  selector?: LabelSelector;
}

export interface RolloutStep {
  matchExpressions?: { key?: string; operator?: string; values?: string[] }[];
  /** A number or a percentage; absent: all at once. */
  maxUpdate?: number | string;
}

export interface ApplicationSetSpec {
  goTemplate?: boolean;
  goTemplateOptions?: string[];
  generators?: Generator[];
  template?: ApplicationTemplate;
  templatePatch?: string;
  syncPolicy?: { preserveResourcesOnDeletion?: boolean; applicationsSync?: string };
  strategy?: { type?: string; deletionOrder?: string; rollingSync?: { steps?: RolloutStep[] } };
  preservedFields?: { annotations?: string[]; labels?: string[] };
  ignoreApplicationDifferences?: { name?: string; jsonPointers?: string[]; jqPathExpressions?: string[] }[];
}

export interface ApplicationSetCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime?: string;
}

/** One Application within a rollout. */
export interface ApplicationStep {
  application: string;
  status: 'Waiting' | 'Pending' | 'Progressing' | 'Healthy';
  message: string;
  /** From `1`; `-1`: no step selects it. */
  step: string;
  targetRevisions: string[];
  lastTransitionTime?: string;
}

export interface ApplicationSetStatus {
  conditions?: ApplicationSetCondition[];
  applicationStatus?: ApplicationStep[];
  health?: { status: string; message: string };
  resources?: object[];
  resourcesCount?: number;
}

export interface ApplicationSet extends AnyObject {
  spec: ApplicationSetSpec & Record<string, unknown>;
  status?: ApplicationSetStatus & Record<string, unknown>;
}

export const ApplicationSetKind = UntypedApplicationSet as unknown as Kind<ApplicationSet>;
