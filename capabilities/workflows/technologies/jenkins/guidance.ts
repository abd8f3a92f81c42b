import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Automates builds on agents of every kind, with a plugin for nearly everything.',
  licence: 'MIT',
  cncf: 'none',
  maintenance: 'active; weekly and long-term releases; a project of the Continuous Delivery Foundation',
  chooseWhen: 'many Jenkinsfiles exist, or builds need machines that are no containers',
  avoidWhen: 'you start anew on Kubernetes: its plugins and its server want constant care',
  switching: 'high: Jenkinsfiles are programs, and plugins do what scripts did elsewhere',
  homepage: 'https://www.jenkins.io',
  asOf: '2026-08-07',
};
