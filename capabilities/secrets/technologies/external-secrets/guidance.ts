import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Brings secrets from an outside store into Kubernetes Secrets and keeps them current.',
  licence: 'Apache-2.0',
  cncf: 'sandbox',
  maintenance: 'active again: releases were paused in August 2025 for want of maintainers, and went on',
  chooseWhen: 'secrets live in a store outside, and programs read plain Secrets or files',
  avoidWhen: 'a secret may not lie in the cluster’s own storage even encrypted: mount it instead',
  switching: 'low: programs read Secrets whoever writes them; the references are rewritten',
  homepage: 'https://external-secrets.io',
  asOf: '2026-08-07',
};
