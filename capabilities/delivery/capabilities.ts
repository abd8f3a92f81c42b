// What reaches environments, and how manifests are packaged.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'continuous-delivery',
    title: 'Continuous delivery',
    purpose:
      'What Git says runs, and stays so: every change of an environment is a commit that can be undone.',
    choice: 'many',
    kinds: [
      'Application.argoproj.io/v1alpha1',
      'AppProject.argoproj.io/v1alpha1',
      'Workload.slipway.dev/v1alpha1',
    ],
    technologies: ['argo-cd', 'flux', 'spinnaker'],
  },
  {
    id: 'packaging',
    title: 'Packaging',
    purpose: 'Manifests made from files that a team can read and parametrize.',
    choice: 'many',
    kinds: ['Application.argoproj.io/v1alpha1'],
    technologies: ['argo-cd', 'flux'],
  },
]);
