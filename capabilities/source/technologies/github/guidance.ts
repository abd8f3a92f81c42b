import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Hosts Git repositories with reviews, issues, packages and Actions, as a service.',
  licence: 'proprietary service',
  cncf: 'none',
  maintenance: 'active; run by GitHub, a company of Microsoft',
  chooseWhen: 'the organization’s code and people are there already, or open source needs to be found',
  avoidWhen: 'code may not leave your own machines, or work must go on without the internet',
  switching: 'low for the code; Actions, apps, checks and permissions are rewritten',
  homepage: 'https://github.com',
  asOf: '2026-08-07',
};
