import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'One way to make and carry traces, metrics and logs, in every language.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; graduated in May 2026',
  chooseWhen: 'always for instrumenting: where the data goes can then be decided later',
  avoidWhen: 'somebody expects a place to look at data: it carries, others keep and show',
  switching: 'low: that is what it is for',
  homepage: 'https://opentelemetry.io',
  asOf: '2026-08-07',
};
