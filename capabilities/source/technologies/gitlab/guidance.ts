import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Hosts Git repositories with reviews, pipelines, registry and planning in one product.',
  licence: 'MIT for the community edition; the rest is proprietary',
  cncf: 'none',
  maintenance: 'active; a release each month',
  chooseWhen: 'one product for code and pipelines is wanted, as a service or on machines of your own',
  avoidWhen: 'machines are small: it wants several gigabytes of memory before the first push',
  switching: 'low for the code; pipelines in .gitlab-ci.yml and its permissions are rewritten',
  homepage: 'https://about.gitlab.com',
  asOf: '2026-08-07',
};
