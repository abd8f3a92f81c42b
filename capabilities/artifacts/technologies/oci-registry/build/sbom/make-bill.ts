import { type Descriptor, HOST_LABEL, isDigest, parseReference, type Reference } from '@slipway/oci';
import type { Registry } from '../../registry/registry.ts';
import type { Base } from '../execute/environment.ts';
import { environmentOf, type Layer } from '../execute/state.ts';
import { type AttachedBill, attachBill, attachedBill } from './attach.ts';
import type { FindPackages } from './find-packages.ts';
import { billOfMaterials, type UsedBase } from './plan.ts';

export interface MakeBillOptions {
  registry: Registry;
  find: FindPackages;
  /** Where the image goes. */
  reference: Reference;
  layers: Layer[];
  /** What `FROM` and `COPY --from` fetched, by the text that named it. */
  bases: ReadonlyMap<string, Base>;
}

/** Gives an image its bill of materials; one that has it keeps it. */
export async function makeBill(options: MakeBillOptions, image: Descriptor): Promise<AttachedBill> {
  const { registry, find, reference, layers } = options;
  const { repository } = reference;
  const known = attachedBill(registry, repository, image);
  if (known) return known;
  const { packages, isWhole } = await find(layers);
  const bases = usedBases(options.bases, layers);
  const bill = billOfMaterials({
    image: { reference: { registry: reference.registry, repository }, digest: image.digest },
    bases,
    packages,
    isWhole,
  });
  return attachBill(registry, repository, { image, bill, packages: packages.length });
}

/** What went into an image from others. */
export function usedBases(bases: ReadonlyMap<string, Base>, layers: Layer[]): UsedBase[] {
  return [...bases].map(([text, base]) => usedBase(text, base, layers));
}

function usedBase(text: string, { key, config, layers: below }: Base, layers: Layer[]): UsedBase {
  const { digest: _, ...reference } = parseReference(text);
  const isStandIn = !isDigest(key) && config.config?.Labels?.[HOST_LABEL] === 'host';
  const named = isDigest(key) ? key : below[0]?.digest;
  if (named === undefined) throw new Error(`base ${text}: has neither a digest nor a layer`);
  const nodeVersion = environmentOf(config.config ?? {}).get('NODE_VERSION');
  return {
    reference,
    digest: named,
    isStandIn,
    isBelow: below.every(({ digest }, i) => layers[i]?.digest === digest),
    ...(nodeVersion === undefined ? {} : { nodeVersion }),
  };
}
