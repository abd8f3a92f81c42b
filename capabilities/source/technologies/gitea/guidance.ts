import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Hosts Git repositories with an API that many tools already speak.',
  licence: 'MIT',
  cncf: 'none',
  maintenance: 'active; a minor release about every three months',
  chooseWhen: 'repositories should live in the platform itself, on a laptop or behind a firewall',
  avoidWhen: 'the organization already has a Git server that people use: point to it instead',
  switching: 'low for the code (Git is Git); hooks, tokens and automation speak the API of one server',
  homepage: 'https://about.gitea.com',
  asOf: '2026-08-07',
};
