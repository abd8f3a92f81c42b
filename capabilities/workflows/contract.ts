// What any workflow technology here must do, told through Argo Workflows' kinds at the Kubernetes API.
import type { AnyObject } from '@slipway/api';
import type { Client } from '@slipway/client';

/** What the conformance suite needs of a platform that runs a workflow technology. */
export interface WorkflowGround {
  /** May create workflows and read pods in `namespace`. */
  client: Client;
  namespace: string;
  /** True when pods really run there; otherwise `finishPod` decides what they do. */
  runsPods: boolean;
  /** Ends a pod without running it; only where `runsPods` is false. */
  finishPod?(pod: AnyObject, result: { exitCode: number; log: string }): Promise<void>;
  /** An image with a shell, where pods run. */
  image: string;
}

/** Codes of the errors this contract has: a workflow that cannot run ends at once and says why. */
export type WorkflowErrorCode =
  | 'InvalidWorkflow'
  | 'Unsupported'
  | 'UnknownTemplate'
  | 'UnresolvedVariable'
  | 'InvalidExpression'
  | 'InvalidCondition';
