import { SlipwayError } from '@slipway/api';
import type { Blueprint } from './blueprint.ts';
import type { Capability, CapabilityId } from './capability.ts';
import type { Technology } from './technology.ts';

/** All that a definition may choose from; `apps/platform` puts it together. */
export interface Catalogue {
  capabilities: Capability[];
  technologies: Technology[];
  blueprints: Blueprint[];
}

/** The capability with this id; every id of the map that a definition may name has one here or is refused. */
export function capabilityOf(catalogue: Catalogue, id: CapabilityId): Capability | undefined {
  return catalogue.capabilities.find(capability => capability.id === id);
}

/** @throws SlipwayError TechnologyUnknown when no technology has this id */
export function technologyOf(catalogue: Catalogue, id: string): Technology {
  const found = catalogue.technologies.find(technology => technology.id === id);
  if (found) return found;
  const known = catalogue.technologies.map(technology => technology.id).join(', ');
  throw new SlipwayError(
    'TechnologyUnknown',
    `technology ${JSON.stringify(id)}: not in the catalogue; known: ${known}`,
  );
}

/** Ids of technologies that serve a capability and run today, the default first. */
export function choicesFor(catalogue: Catalogue, id: CapabilityId): string[] {
  const capability = capabilityOf(catalogue, id);
  if (!capability) return [];
  const running = new Set(
    catalogue.technologies
      .filter(each => each.embedded && each.capabilities.includes(id))
      .map(each => each.id),
  );
  return capability.technologies.filter(technology => running.has(technology));
}

/** The blueprint with this id. */
export function blueprintOf(catalogue: Catalogue, id: string): Blueprint | undefined {
  return catalogue.blueprints.find(blueprint => blueprint.id === id);
}
