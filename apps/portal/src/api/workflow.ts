import type { Kind, KubeObject } from '@slipway/api';
import { Workflow as kind } from '@slipway/kinds';

/** One node of a run, as Argo Workflows writes it. */
export interface WorkflowNode {
  id: string;
  name: string;
  displayName: string;
  type: string;
  templateName?: string;
  phase: string;
  message?: string;
  startedAt: string | null;
  finishedAt: string | null;
  children?: string[];
}

/** A pipeline's run, as far as the portal shows it. */
export interface WorkflowRun extends KubeObject {
  status?: {
    phase?: string;
    message?: string;
    startedAt?: string | null;
    finishedAt?: string | null;
    nodes?: Record<string, WorkflowNode>;
  };
}
export const WorkflowRun = kind as Kind<KubeObject> as Kind<WorkflowRun>;

/** Commit that a run was started for. */
export function revisionOf({ metadata }: WorkflowRun): string | undefined {
  return metadata.annotations?.['slipway.dev/revision'];
}
