import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Plans and applies infrastructure from modules, with a provider for nearly every service.',
  licence: 'BUSL-1.1 since version 1.6; MPL-2.0 before',
  cncf: 'none',
  maintenance: 'active; by HashiCorp, a company of IBM',
  chooseWhen: 'modules and people who know them are there, and a plan is read before each change',
  avoidWhen: 'drift has to be mended by itself, or the licence does not fit: see OpenTofu',
  switching: 'low to OpenTofu; elsewhere each resource is imported by its id',
  homepage: 'https://www.terraform.io',
  asOf: '2026-08-07',
};
