import type { Kind } from '@slipway/api';
import { ClusterWorkflowTemplate, Workflow, WorkflowTemplate } from '@slipway/kinds';
import type { ArgoTemplate, ArgoWorkflow } from './model.ts';

/** The three kinds with this engine's types. */
export const ArgoWorkflowKind = Workflow as unknown as Kind<ArgoWorkflow>;
export const TemplateKind = WorkflowTemplate as unknown as Kind<ArgoTemplate>;
export const ClusterTemplateKind = ClusterWorkflowTemplate as unknown as Kind<ArgoTemplate>;
