import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Pipelines that release to many clouds, with canaries and manual judgement as stages.',
  licence: 'Apache-2.0',
  cncf: 'none',
  maintenance: 'active; several releases a year; a project of the Continuous Delivery Foundation',
  chooseWhen: 'virtual machines and several clouds are released to by one tool, not only Kubernetes',
  avoidWhen: 'Kubernetes is the only target, or few people are there to run a dozen services',
  switching: 'high: pipelines live in its own store and have to be written anew as files in Git',
  homepage: 'https://spinnaker.io',
  asOf: '2026-11-21',
};
