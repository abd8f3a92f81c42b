import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose:
    'Signs every image that is built here and says in signed provenance from which commit, by which run; cosign verifies both.',
  licence: 'Apache-2.0',
  cncf: 'none',
  maintenance: 'active; a project of the OpenSSF: cosign 3, bundle format 0.3, SLSA provenance 1',
  chooseWhen: 'somebody will ask where an image came from, or only what was built here may run',
  avoidWhen:
    'signatures must stand in a public transparency log, or keys must lie in an HSM: this signs with the platform’s own key',
  switching: 'low: signatures are standard artifacts beside the image; another signer adds its own',
  homepage: 'https://www.sigstore.dev',
  asOf: '2026-11-21',
};
