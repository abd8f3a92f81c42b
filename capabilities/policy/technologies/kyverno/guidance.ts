import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Policies as Kubernetes objects: validate, change, generate, clean up, verify images.',
  licence: 'Apache-2.0',
  cncf: 'graduated',
  maintenance: 'active; graduated in March 2026',
  chooseWhen: 'policies do more than refuse, or signatures of images have to be verified',
  avoidWhen: 'the API server’s own policies say all you need: one webhook less',
  switching: 'rules in CEL move; patterns and generated objects are rewritten',
  homepage: 'https://kyverno.io',
  asOf: '2026-08-07',
};
