// Argo Workflows' types as far as this engine reads or writes them (argoproj/argo-workflows, pkg/apis/workflow/v1alpha1).
import type { KubeObject, ObjectMeta } from '@slipway/api';
import type { Container, PodSpec, Volume } from '@slipway/kinds';

/** Argo's AnyString: YAML may say a number or a boolean where a string is meant. */
export type Scalar = string | number | boolean;

export interface ValueFrom {
  path?: string;
  jsonPath?: string;
  jqFilter?: string;
  event?: string;
  parameter?: string;
  expression?: string;
  supplied?: Record<string, never>;
  configMapKeyRef?: { name?: string; key: string; optional?: boolean };
  default?: Scalar;
}

export interface Parameter {
  name: string;
  value?: Scalar;
  default?: Scalar;
  enum?: Scalar[];
  valueFrom?: ValueFrom;
  globalName?: string;
  description?: string;
}

export interface GitSource {
  repo: string;
  revision?: string;
  branch?: string;
  depth?: number;
  singleBranch?: boolean;
  [field: string]: unknown;
}

export interface Artifact {
  name: string;
  path?: string;
  from?: string;
  fromExpression?: string;
  subPath?: string;
  optional?: boolean;
  mode?: number;
  archive?: {
    none?: Record<string, never>;
    tar?: { compressionLevel?: number };
    zip?: Record<string, never>;
  };
  globalName?: string;
  raw?: { data: string };
  git?: GitSource;
  http?: { url: string; headers?: { name: string; value: string }[]; auth?: unknown };
  s3?: { key?: string; [field: string]: unknown };
  deleted?: boolean;
  [field: string]: unknown;
}

export interface Arguments {
  parameters?: Parameter[];
  artifacts?: Artifact[];
}
export type Inputs = Arguments;

export interface Outputs extends Arguments {
  result?: string;
  exitCode?: string;
}

export interface TemplateRef {
  name?: string;
  template?: string;
  clusterScope?: boolean;
}

export interface ContinueOn {
  error?: boolean;
  failed?: boolean;
}

export interface Sequence {
  count?: Scalar;
  start?: Scalar;
  end?: Scalar;
  format?: string;
}

export interface Hook {
  template?: string;
  templateRef?: TemplateRef;
  arguments?: Arguments;
  expression?: string;
}

/** What a step and a DAG task have in common. */
export interface Call {
  name: string;
  template?: string;
  templateRef?: TemplateRef;
  inline?: Template;
  arguments?: Arguments;
  withItems?: unknown[];
  withParam?: string;
  withSequence?: Sequence;
  when?: string;
  continueOn?: ContinueOn;
  onExit?: string;
  hooks?: Record<string, Hook>;
}
export type Step = Call;

export interface Task extends Call {
  dependencies?: string[];
  depends?: string;
}

export interface RetryStrategy {
  limit?: Scalar;
  retryPolicy?: 'Always' | 'OnFailure' | 'OnError' | 'OnTransientError';
  backoff?: { duration?: Scalar; factor?: Scalar; maxDuration?: Scalar; cap?: Scalar };
  expression?: string;
  affinity?: unknown;
}

export interface ResourceTemplate {
  action: string;
  manifest?: string;
  manifestFrom?: unknown;
  mergeStrategy?: string;
  successCondition?: string;
  failureCondition?: string;
  setOwnerReference?: boolean;
  flags?: string[];
}

export interface Script extends Partial<Container> {
  source: string;
}

export interface SyncReference {
  semaphore?: SemaphoreRef;
  semaphores?: SemaphoreRef[];
  mutex?: MutexRef;
  mutexes?: MutexRef[];
}
export interface SemaphoreRef {
  configMapKeyRef?: { name?: string; key: string };
  namespace?: string;
  database?: unknown;
}
export interface MutexRef {
  name?: string;
  namespace?: string;
  database?: boolean;
}

export interface Template {
  name?: string;
  inputs?: Inputs;
  outputs?: Outputs;
  steps?: Step[][];
  dag?: { tasks: Task[]; target?: string; failFast?: boolean };
  container?: Container;
  script?: Script;
  resource?: ResourceTemplate;
  suspend?: { duration?: Scalar };
  sidecars?: Container[];
  initContainers?: Container[];
  daemon?: boolean;
  volumes?: Volume[];
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  activeDeadlineSeconds?: Scalar;
  timeout?: string;
  retryStrategy?: RetryStrategy;
  parallelism?: number;
  failFast?: boolean;
  synchronization?: SyncReference;
  podSpecPatch?: string;
  serviceAccountName?: string;
  [field: string]: unknown;
}

export interface WorkflowSpec {
  entrypoint?: string;
  templates?: Template[];
  arguments?: Arguments;
  workflowTemplateRef?: { name?: string; clusterScope?: boolean };
  onExit?: string;
  hooks?: Record<string, Hook>;
  parallelism?: number;
  activeDeadlineSeconds?: number;
  suspend?: boolean;
  shutdown?: 'Terminate' | 'Stop';
  serviceAccountName?: string;
  templateDefaults?: Template;
  ttlStrategy?: {
    secondsAfterCompletion?: number;
    secondsAfterSuccess?: number;
    secondsAfterFailure?: number;
  };
  podGC?: { strategy?: string; labelSelector?: unknown; deleteDelayDuration?: string };
  podMetadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  workflowMetadata?: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    labelsFrom?: Record<string, { expression: string }>;
  };
  podSpecPatch?: string;
  synchronization?: SyncReference;
  retryStrategy?: RetryStrategy;
  volumes?: Volume[];
  volumeClaimTemplates?: unknown[];
  priority?: number;
  [field: string]: unknown;
}

export type NodePhase = 'Pending' | 'Running' | 'Succeeded' | 'Skipped' | 'Failed' | 'Error' | 'Omitted';

export type NodeType =
  | 'Pod'
  | 'Container'
  | 'Steps'
  | 'StepGroup'
  | 'DAG'
  | 'TaskGroup'
  | 'Retry'
  | 'Skipped'
  | 'Suspend';

export interface NodeStatus {
  id: string;
  name: string;
  displayName: string;
  type: NodeType;
  templateName?: string;
  templateRef?: TemplateRef;
  templateScope?: string;
  phase: NodePhase;
  boundaryID?: string;
  message?: string;
  startedAt: string | null;
  finishedAt: string | null;
  progress?: string;
  podIP?: string;
  daemoned?: boolean;
  inputs?: Inputs;
  outputs?: Outputs;
  children?: string[];
  outboundNodes?: string[];
  hostNodeName?: string;
  nodeFlag?: { hooked?: boolean; retried?: boolean };
}

export type WorkflowPhase = '' | 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Error';

export interface WorkflowCondition {
  type: 'PodRunning' | 'Completed' | 'SpecWarning' | 'SpecError';
  status: 'True' | 'False';
  message?: string;
}

export interface WorkflowStatus {
  phase?: WorkflowPhase;
  startedAt?: string | null;
  finishedAt?: string | null;
  progress?: string;
  message?: string;
  nodes?: Record<string, NodeStatus>;
  outputs?: Outputs;
  conditions?: WorkflowCondition[];
  storedTemplates?: Record<string, Template>;
  storedWorkflowTemplateSpec?: WorkflowSpec;
  synchronization?: unknown;
}

export interface ArgoWorkflow extends KubeObject {
  spec: WorkflowSpec;
  status?: WorkflowStatus;
}

/** WorkflowTemplate and ClusterWorkflowTemplate. */
export interface ArgoTemplate extends KubeObject {
  spec: WorkflowSpec;
}

export interface PodRequest {
  nodeId: string;
  metadata: ObjectMeta & { name: string; namespace: string };
  spec: PodSpec;
}

/** The text of an AnyString. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Nothing more happens to a node in this phase. */
export function isFulfilled(phase: NodePhase | undefined): boolean {
  return phase !== undefined && phase !== 'Pending' && phase !== 'Running';
}

export function isFailedOrError(phase: NodePhase | undefined): boolean {
  return phase === 'Failed' || phase === 'Error';
}

export const LABEL = {
  workflow: 'workflows.argoproj.io/workflow',
  completed: 'workflows.argoproj.io/completed',
  phase: 'workflows.argoproj.io/phase',
  workflowTemplate: 'workflows.argoproj.io/workflow-template',
  clusterWorkflowTemplate: 'workflows.argoproj.io/cluster-workflow-template',
  creator: 'workflows.argoproj.io/creator',
} as const;

export const ANNOTATION = {
  nodeName: 'workflows.argoproj.io/node-name',
  nodeId: 'workflows.argoproj.io/node-id',
  /** Ours: the text of a script, which a downward API volume shows to the container as a file. */
  script: 'workflows.slipway.dev/script',
  /** Ours: which node created an object, so that a restart does not take its own object for somebody else's. */
  createdBy: 'workflows.slipway.dev/created-by-node',
} as const;
