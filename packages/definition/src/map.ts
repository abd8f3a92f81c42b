import type { AnyObject } from '@slipway/api';
import { CAPABILITY_IDS, type Capability, type CapabilityId } from './capability.ts';
import { type Catalogue, capabilityOf } from './catalogue.ts';
import { KNOWN_TECHNOLOGIES, type KnownTechnology } from './guidance/known.ts';
import { PLANNED_CAPABILITIES } from './guidance/planned.ts';

/** What the map says of a technology that does not run in this version. */
export const GUIDANCE_ONLY = 'guidance only';

/** One capability of the map with every technology that people may think of for it. */
export interface MapEntry extends Omit<Capability, 'technologies'> {
  technologies: MapTechnology[];
}

/** `runs`: a definition may choose it; otherwise it is described and refused. */
export interface MapTechnology extends Omit<KnownTechnology, 'capabilities'> {
  runs: boolean;
}

/** The whole capability map, in its order: what runs first, then what is guidance only. */
export function mapOf(catalogue: Catalogue): MapEntry[] {
  return CAPABILITY_IDS.map(id => {
    const technologies = [...running(catalogue, id), ...described(catalogue, id)];
    return { ...entryOf(catalogue, id), technologies };
  });
}

/** The technology with this id, whether it runs or not. */
export function knownTechnology(catalogue: Catalogue, id: string): KnownTechnology | undefined {
  return [...catalogue.technologies, ...KNOWN_TECHNOLOGIES].find(each => each.id === id);
}

/** Whether this id names a technology that is described here and does not run. */
export function isGuidanceOnly(catalogue: Catalogue, id: string): boolean {
  const runs = catalogue.technologies.some(each => each.id === id && each.embedded);
  return !runs && knownTechnology(catalogue, id) !== undefined;
}

function entryOf(catalogue: Catalogue, id: CapabilityId): Omit<MapEntry, 'technologies'> {
  const served = capabilityOf(catalogue, id);
  if (served) {
    const { technologies: _technologies, ...entry } = served;
    return entry;
  }
  const planned = PLANNED_CAPABILITIES.find(each => each.id === id);
  return { title: id, purpose: '', choice: 'many', ...planned, id, kinds: [] };
}

function running({ technologies }: Catalogue, capability: CapabilityId): MapTechnology[] {
  return technologies
    .filter(each => each.embedded && each.capabilities.includes(capability))
    .map(({ id, title, guidance }) => ({ id, title, guidance, runs: true }));
}

function described(catalogue: Catalogue, capability: CapabilityId): MapTechnology[] {
  return KNOWN_TECHNOLOGIES.filter(each => each.capabilities.includes(capability))
    .filter(each => isGuidanceOnly(catalogue, each.id))
    .map(({ id, title, guidance }) => ({ id, title, guidance, runs: false }));
}

/** The map as objects, one for each capability: what the portal and kubectl read. */
export function mapObjects(catalogue: Catalogue): AnyObject[] {
  return mapOf(catalogue).map(({ id, ...spec }, index) => ({
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Capability',
    metadata: { name: id },
    spec: { ...spec, order: index + 1 },
  }));
}
