import type { AnyObject } from '@slipway/api';

const BUILD = `apiVersion: artifacts.slipway.dev/v1alpha1
kind: Build
metadata:
  generateName: "{{workflow.parameters.service}}-"
  labels:
    slipway.dev/workload: "{{workflow.parameters.service}}"
spec:
  source:
    git:
      url: "{{workflow.parameters.repository}}"
      revision: "{{workflow.parameters.revision}}"
  image: "{{workflow.parameters.image}}"
`;

/** The pipeline of a repository that has none of its own: it only builds the image. */
export const BUILD_TEMPLATE: AnyObject = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ClusterWorkflowTemplate',
  metadata: { name: 'slipway-build' },
  spec: {
    entrypoint: 'main',
    arguments: { parameters: ['service', 'repository', 'revision', 'image'].map(name => ({ name })) },
    templates: [
      { name: 'main', steps: [[{ name: 'build', template: 'build' }]] },
      {
        name: 'build',
        resource: {
          action: 'create',
          setOwnerReference: true,
          successCondition: 'status.phase == Succeeded',
          failureCondition: 'status.phase == Failed',
          manifest: BUILD,
        },
      },
    ],
  },
};
