import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose:
    'Keeps images and other artifacts by digest behind the OCI distribution API, and builds them from source.',
  licence: 'Apache-2.0',
  cncf: 'sandbox',
  maintenance:
    'active; the specification is the Open Container Initiative’s, its reference registry is CNCF Distribution',
  chooseWhen:
    'images are built and run on this platform: it needs no setup and its rights are the platform’s',
  avoidWhen:
    'many sites must share one registry, or images must be replicated and scanned by policy; then choose harbor',
  switching: 'low: every client speaks the same protocol; copy the images and change the registry’s name',
  homepage: 'https://github.com/opencontainers/distribution-spec',
  asOf: '2026-08-07',
};
