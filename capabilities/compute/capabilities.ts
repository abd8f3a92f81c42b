// One technology for both: Kubernetes runs pods here (embedded) or on any cluster, and is what applications deploy to.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'compute-platform',
    title: 'Compute platform',
    purpose: 'Containers run, restart when they fail, and tell how they are.',
    choice: 'one',
    kinds: [
      'Pod.v1',
      'Node.v1',
      'Deployment.apps/v1',
      'StatefulSet.apps/v1',
      'Job.batch/v1',
      'CronJob.batch/v1',
    ],
    technologies: ['kubernetes'],
  },
  {
    id: 'deployment-targets',
    title: 'Deployment targets',
    purpose: 'Places that a delivery may deploy to.',
    choice: 'many',
    kinds: ['Pod.v1'],
    technologies: ['kubernetes'],
  },
]);
