import { type Clock, SlipwayError } from '@slipway/api';
import type { Build } from '@slipway/kinds';
import { type Descriptor, formatReference } from '@slipway/oci';
import type { PlatformKey } from '../../../signing/platform-key.ts';
import { provenanceOf } from '../../../signing/provenance.ts';
import type { AttachedBill } from './sbom/attach.ts';
import { type MakeBillOptions, makeBill, usedBases } from './sbom/make-bill.ts';
import type { BuildOrigin } from './sign/origin.ts';
import { type AttachedProof, signImage } from './sign/sign-image.ts';

/** Keys for images, the one that signs first; undefined where the platform signs nothing. */
export type SigningKeys = () => Promise<PlatformKey[] | undefined>;

/** What hangs on an image when it is seen for the first time. */
export interface Proofs extends Partial<AttachedProof> {
  sbom: AttachedBill;
}

export interface ProveCall extends MakeBillOptions {
  keys: SigningKeys;
  clock: Clock;
  /** Of this program. */
  version: string;
  spec: Build['spec'];
  origin: BuildOrigin;
  commit: string;
  recipe: string;
  startedAt: number;
}

/** Gives an image its bill of materials, its signature and its provenance. */
export async function prove(call: ProveCall, image: Descriptor): Promise<Proofs> {
  const [keys, sbom] = await Promise.all([call.keys(), makeBill(call, image)]);
  if (!keys) return { sbom };
  const [key] = keys;
  if (!key) {
    throw new SlipwayError(
      'NoSigningKey',
      'build: images are signed here, and there is no SigningKey; create one: slipway signing rotate',
    );
  }
  const { registry, reference, spec, origin, commit, recipe, version } = call;
  const bases = usedBases(call.bases, call.layers).map(base => ({
    name: formatReference(base.reference),
    digest: base.digest,
    isStandIn: base.isStandIn,
  }));
  const provenance = provenanceOf({
    ...origin,
    ...{ spec: { ...spec }, commit, recipe, bases, sbom, version },
    startedOn: new Date(call.startedAt).toISOString(),
    finishedOn: new Date(call.clock.now()).toISOString(),
  });
  return { sbom, ...(await signImage({ registry, key, reference, provenance }, image)) };
}
