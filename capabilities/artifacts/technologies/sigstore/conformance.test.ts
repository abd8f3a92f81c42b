import { signingConformance } from '../../conformance.ts';
import { startSignedRegistry } from '../../testing/signed-registry.ts';

signingConformance('sigstore', async () => {
  const bed = await startSignedRegistry({ tls: false });
  return {
    url: bed.url,
    credentials: 'x:ada',
    repository: 'acme/shop',
    digest: bed.signed,
    publicKey: bed.key.pem,
    otherKey: bed.other.pem,
    close: bed.close,
  };
});
