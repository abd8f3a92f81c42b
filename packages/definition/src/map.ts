import type { AnyObject } from '@slipway/api';
import { CAPABILITY_IDS, type Capability, type CapabilityId } from './capability.ts';
import { type Catalogue, capabilityOf } from './catalogue.ts';
import { KNOWN_TECHNOLOGIES, type KnownTechnology } from './guidance/known.ts';
import type { Ground, Technology } from './technology.ts';
import { proofText } from './upstream/proof.ts';

/** What the map says of a technology that does not run in this version. */
export const GUIDANCE_ONLY = 'guidance only';

/** One capability of the map with every technology that people may think of for it. */
export interface MapEntry extends Omit<Capability, 'technologies'> {
  technologies: MapTechnology[];
}

/** `runs`: a definition may choose it on the ground that was asked for; `where`: all places it may be chosen for, in words. */
export interface MapTechnology extends Omit<KnownTechnology, 'capabilities'> {
  runs: boolean;
  where: string;
}

/** The whole capability map, in its order: what runs first, then what is guidance only. */
export function mapOf(catalogue: Catalogue, ground: Ground = 'embedded'): MapEntry[] {
  return CAPABILITY_IDS.map(id => {
    const technologies = [...running(catalogue, id, ground), ...described(catalogue, id)];
    return { ...entryOf(catalogue, id), technologies };
  });
}

/** The technology with this id, whether it runs or not. */
export function knownTechnology(catalogue: Catalogue, id: string): KnownTechnology | undefined {
  return [...catalogue.technologies, ...KNOWN_TECHNOLOGIES].find(each => each.id === id);
}

/** Whether this id names a technology that is described here and stands nowhere. */
export function isGuidanceOnly(catalogue: Catalogue, id: string): boolean {
  return knownTechnology(catalogue, id) !== undefined && whereOf(catalogue, id) === GUIDANCE_ONLY;
}

/** Where a technology can be chosen: `embedded, on a cluster (3.5.1, 3.4.7)`, `guidance only`. */
export function whereOf({ technologies }: Catalogue, id: string): string {
  const { embedded, upstream, builtIn, existing } = technologies.find(each => each.id === id) ?? {};
  const places = [
    embedded && 'embedded',
    upstream &&
      `on a cluster (${upstream.releases.map(({ version }) => version).join(', ')}; ${proofText(id)})`,
    builtIn && 'on any cluster already',
    existing && 'where you run it already',
  ];
  return places.filter(Boolean).join(', ') || GUIDANCE_ONLY;
}

function entryOf(catalogue: Catalogue, id: CapabilityId): Omit<MapEntry, 'technologies'> {
  const served = capabilityOf(catalogue, id);
  if (served) {
    const { technologies: _technologies, ...entry } = served;
    return entry;
  }
  return { title: id, purpose: '', choice: 'many', id, kinds: [] };
}

function running(catalogue: Catalogue, capability: CapabilityId, ground: Ground): MapTechnology[] {
  return catalogue.technologies
    .filter(({ id, capabilities }) => capabilities.includes(capability) && !isGuidanceOnly(catalogue, id))
    .map(technology => {
      const { id, title, guidance } = technology;
      return { id, title, guidance, runs: runsOn(ground, technology), where: whereOf(catalogue, id) };
    })
    .toSorted((a, b) => Number(b.runs) - Number(a.runs));
}

function runsOn(ground: Ground, { embedded, upstream, builtIn, existing }: Technology): boolean {
  if (ground === 'embedded') return embedded !== undefined;
  return upstream !== undefined || builtIn === true || existing !== undefined;
}

function described(catalogue: Catalogue, capability: CapabilityId): MapTechnology[] {
  return KNOWN_TECHNOLOGIES.filter(each => each.capabilities.includes(capability))
    .filter(each => isGuidanceOnly(catalogue, each.id))
    .map(({ id, title, guidance }) => ({ id, title, guidance, runs: false, where: GUIDANCE_ONLY }));
}

/** The map as objects, one for each capability: what the portal and kubectl read. */
export function mapObjects(catalogue: Catalogue, ground: Ground = 'embedded'): AnyObject[] {
  return mapOf(catalogue, ground).map(({ id, ...spec }, index) => ({
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Capability',
    metadata: { name: id },
    spec: { ...spec, order: index + 1 },
  }));
}
