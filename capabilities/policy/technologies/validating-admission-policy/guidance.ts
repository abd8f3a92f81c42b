import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Rules in CEL that the API server itself asks before it writes; nothing else has to run.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; part of Kubernetes, generally available since 1.30',
  chooseWhen:
    'Rules are about fields of one object and who writes it, and must hold even when nothing else runs.',
  avoidWhen: 'Rules have to look up other systems, verify signatures, or write objects: see Kyverno.',
  switching: 'Each policy is written anew in the other language; what was approved stays.',
  asOf: '2026-11-21',
  homepage: 'https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/',
};
