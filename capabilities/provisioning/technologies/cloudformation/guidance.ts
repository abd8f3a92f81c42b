import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Creates and changes stacks of AWS resources from templates, inside AWS.',
  licence: 'proprietary service',
  cncf: 'none',
  maintenance: 'active; run by Amazon Web Services',
  chooseWhen: 'everything is on AWS, and its support and its rights shall cover the tool too',
  avoidWhen: 'anything is elsewhere',
  switching: 'high: templates know AWS only; resources can be kept and imported elsewhere',
  homepage: 'https://aws.amazon.com/cloudformation/',
  asOf: '2026-08-07',
};
