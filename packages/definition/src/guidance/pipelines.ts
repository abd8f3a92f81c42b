import type { KnownTechnology } from './known.ts';

export const pipelineGuidance: KnownTechnology[] = [
  {
    id: 'tekton',
    title: 'Tekton',
    capabilities: ['workflow-orchestration', 'continuous-integration'],
    guidance: {
      purpose: 'Pipelines of reusable tasks as Kubernetes objects, with signed provenance by Chains.',
      licence: 'Apache-2.0',
      cncf: 'incubating',
      maintenance: 'active; moved to the CNCF in March 2026, Pipelines is at 1.x',
      chooseWhen: 'tasks are shared by many teams, and provenance of builds is asked for',
      avoidWhen: 'graphs are made while they run, with loops over data: see Argo Workflows',
      switching: 'steps are containers, so their content moves; the pipelines around them are rewritten',
      homepage: 'https://tekton.dev',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'jenkins',
    title: 'Jenkins',
    capabilities: ['continuous-integration'],
    guidance: {
      purpose: 'Automates builds on agents of every kind, with a plugin for nearly everything.',
      licence: 'MIT',
      cncf: 'none',
      maintenance: 'active; weekly and long-term releases; a project of the Continuous Delivery Foundation',
      chooseWhen: 'many Jenkinsfiles exist, or builds need machines that are no containers',
      avoidWhen: 'you start anew on Kubernetes: its plugins and its server want constant care',
      switching: 'high: Jenkinsfiles are programs, and plugins do what scripts did elsewhere',
      homepage: 'https://www.jenkins.io',
      asOf: '2026-08-07',
    },
  },
];
