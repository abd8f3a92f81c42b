import type { KnownTechnology } from './known.ts';

export const sourceGuidance: KnownTechnology[] = [
  {
    id: 'github',
    title: 'GitHub',
    capabilities: ['code-repositories', 'config-repositories', 'continuous-integration'],
    guidance: {
      purpose: 'Hosts Git repositories with reviews, issues, packages and Actions, as a service.',
      licence: 'proprietary service',
      cncf: 'none',
      maintenance: 'active; run by GitHub, a company of Microsoft',
      chooseWhen: 'the organization’s code and people are there already, or open source needs to be found',
      avoidWhen: 'code may not leave your own machines, or work must go on without the internet',
      switching: 'low for the code; Actions, apps, checks and permissions are rewritten',
      homepage: 'https://github.com',
      asOf: '2026-08-07',
    },
  },
  {
    id: 'gitlab',
    title: 'GitLab',
    capabilities: ['code-repositories', 'config-repositories', 'continuous-integration'],
    guidance: {
      purpose: 'Hosts Git repositories with reviews, pipelines, registry and planning in one product.',
      licence: 'MIT for the community edition; the rest is proprietary',
      cncf: 'none',
      maintenance: 'active; a release each month',
      chooseWhen: 'one product for code and pipelines is wanted, as a service or on machines of your own',
      avoidWhen: 'machines are small: it wants several gigabytes of memory before the first push',
      switching: 'low for the code; pipelines in .gitlab-ci.yml and its permissions are rewritten',
      homepage: 'https://about.gitlab.com',
      asOf: '2026-08-07',
    },
  },
];
