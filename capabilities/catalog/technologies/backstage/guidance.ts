import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'A framework to build a portal: catalog, templates, documentation, and plugins of many.',
  licence: 'Apache-2.0',
  cncf: 'incubating',
  maintenance: 'active; a release each month',
  chooseWhen: 'a team will own the portal as a product and write plugins for it',
  avoidWhen: 'nobody can keep a React and Node application with its plugins current',
  switching: 'catalog files and templates are read as they are; plugins stay behind',
  homepage: 'https://backstage.io',
  asOf: '2026-08-07',
};
