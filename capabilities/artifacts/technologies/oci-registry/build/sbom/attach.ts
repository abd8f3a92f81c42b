import type { Descriptor } from '@slipway/oci';
import type { Registry } from '../../registry/registry.ts';
import { attachArtifact } from '../attach-artifact.ts';

/** Registered for CycloneDX JSON; also the artifact type of the manifest that carries it. */
export const CYCLONEDX = 'application/vnd.cyclonedx+json';

const COUNT = 'dev.slipway.sbom.packages';

/** A bill that hangs on an image. */
export interface AttachedBill {
  /** Of the manifest that `/v2/<name>/referrers/<digest>` lists. */
  digest: string;
  /** npm packages it names. */
  packages: number;
}

/** The bill that an earlier build gave this image. */
export function attachedBill(
  registry: Registry,
  repository: string,
  image: Descriptor,
): AttachedBill | undefined {
  const found = registry
    .referrers(repository, image.digest)
    .find(
      ({ artifactType, annotations }) => artifactType === CYCLONEDX && annotations?.[COUNT] !== undefined,
    );
  return found && { digest: found.digest, packages: Number(found.annotations?.[COUNT]) };
}

/** Gives an image its bill, before it is seen. */
export async function attachBill(
  registry: Registry,
  repository: string,
  { image, bill, packages }: { image: Descriptor; bill: Record<string, unknown>; packages: number },
): Promise<AttachedBill> {
  const digest = await attachArtifact(registry, repository, {
    image,
    type: CYCLONEDX,
    content: Buffer.from(JSON.stringify(bill)),
    annotations: { [COUNT]: String(packages) },
  });
  return { digest, packages };
}
