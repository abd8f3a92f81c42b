// Two ids of the map: Argo Workflows' kinds, served by an engine of our own; on a cluster Tekton, Jenkins and Spinnaker, too.
import { defineCapabilities } from '@slipway/definition';

const kinds = [
  'Workflow.argoproj.io/v1alpha1',
  'WorkflowTemplate.argoproj.io/v1alpha1',
  'ClusterWorkflowTemplate.argoproj.io/v1alpha1',
];

export const capabilities = defineCapabilities([
  {
    id: 'workflow-orchestration',
    title: 'Workflow orchestration',
    purpose: 'Graphs of tasks run in containers, with retries, artifacts and logs that outlive the pods.',
    choice: 'many',
    kinds,
    technologies: ['argo-workflows', 'tekton', 'spinnaker'],
  },
  {
    id: 'continuous-integration',
    title: 'Continuous integration',
    purpose: 'Every revision is tested and built by the pipeline that lies beside its code.',
    choice: 'many',
    kinds,
    technologies: ['argo-workflows', 'tekton', 'jenkins'],
  },
]);
