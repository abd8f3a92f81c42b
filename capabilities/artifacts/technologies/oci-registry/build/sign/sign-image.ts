import { type Descriptor, formatReference, type Reference } from '@slipway/oci';
import {
  BUNDLE,
  BUNDLE_CONTENT,
  BUNDLE_KEY,
  BUNDLE_PREDICATE,
  bundleOf,
} from '../../../../signing/bundle.ts';
import { sealed } from '../../../../signing/dsse.ts';
import type { PlatformKey } from '../../../../signing/platform-key.ts';
import type { Provenance } from '../../../../signing/provenance.ts';
import { PROVENANCE, SIGNATURE, statementOn } from '../../../../signing/statement.ts';
import type { Registry } from '../../registry/registry.ts';
import { attachArtifact } from '../attach-artifact.ts';

/** What hangs on an image and proves where it is from: digests of the manifests. */
export interface AttachedProof {
  signature: { digest: string; key: string };
  provenance: { digest: string };
}

export interface SignCall {
  registry: Registry;
  key: PlatformKey;
  /** Where the image goes. */
  reference: Reference;
  provenance: Provenance;
}

/**
 * Signs an image and says in provenance how it came about, each a Sigstore bundle that hangs on it. An image that the
 * same key signed before keeps that signature; each build leaves its own provenance.
 */
export async function signImage(call: SignCall, image: Descriptor): Promise<AttachedProof> {
  const { registry, key, reference, provenance } = call;
  const known = registry
    .referrers(reference.repository, image.digest)
    .find(
      ({ annotations }) =>
        annotations?.[BUNDLE_PREDICATE] === SIGNATURE && annotations[BUNDLE_KEY] === key.name,
    );
  const [signature, said] = await Promise.all([
    known?.digest ?? attachStatement(call, image, { predicateType: SIGNATURE, predicate: {} }),
    attachStatement(call, image, { predicateType: PROVENANCE, predicate: provenance }),
  ]);
  return { signature: { digest: signature, key: key.name }, provenance: { digest: said } };
}

function attachStatement(
  { registry, key, reference: { registry: host, repository } }: SignCall,
  image: Descriptor,
  said: { predicateType: string; predicate: object },
): Promise<string> {
  const name = formatReference({ registry: host, repository });
  const statement = statementOn({ name, digest: image.digest }, said);
  const envelope = sealed(Buffer.from(JSON.stringify(statement)), key);
  return attachArtifact(registry, repository, {
    image,
    type: BUNDLE,
    content: Buffer.from(JSON.stringify(bundleOf(envelope, key))),
    annotations: {
      [BUNDLE_CONTENT]: 'dsse-envelope',
      [BUNDLE_PREDICATE]: said.predicateType,
      [BUNDLE_KEY]: key.name,
    },
  });
}
