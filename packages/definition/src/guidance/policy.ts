import type { KnownTechnology } from './known.ts';

export const policyGuidance: KnownTechnology[] = [
  {
    id: 'opa-gatekeeper',
    title: 'OPA Gatekeeper',
    capabilities: ['validation'],
    guidance: {
      purpose:
        'Admission policies in Rego or CEL, from templates with parameters, with an audit of what exists.',
      licence: 'Apache-2.0',
      cncf: 'graduated',
      maintenance: 'active; part of Open Policy Agent',
      chooseWhen: 'Rego is used for decisions elsewhere, too, and one language shall do',
      avoidWhen: 'nobody knows Rego: policies have to be read by the people they bind',
      switching: 'policies in Rego are rewritten',
      homepage: 'https://open-policy-agent.github.io/gatekeeper/website/',
      asOf: '2026-08-07',
    },
  },
];
