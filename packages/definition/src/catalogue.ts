import { SlipwayError } from '@slipway/api';
import type { Blueprint } from './blueprint.ts';
import type { Capability, CapabilityId } from './capability.ts';
import type { Ground, Technology } from './technology.ts';

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

/** Whether a technology can be chosen where a platform stands. */
export function standsOn({ embedded, upstream, builtIn }: Technology, ground: Ground): boolean {
  return ground === 'embedded' ? embedded !== undefined : upstream !== undefined || builtIn === true;
}

/** JSON Schema of what a definition may say of a technology where the platform stands. */
export function parameterSchema(
  { parameters, upstream }: Technology,
  ground: Ground,
): Record<string, unknown> {
  return (ground === 'kubernetes' ? upstream?.parameters : undefined) ?? parameters;
}

/** Ids of technologies that serve a capability where the platform stands, the default first. */
export function choicesFor(catalogue: Catalogue, id: CapabilityId, ground: Ground = 'embedded'): string[] {
  const capability = capabilityOf(catalogue, id);
  if (!capability) return [];
  const running = new Set(
    catalogue.technologies
      .filter(each => standsOn(each, ground) && each.capabilities.includes(id))
      .map(each => each.id),
  );
  return capability.technologies.filter(technology => running.has(technology));
}

/** Ids of technologies that serve a capability when somebody runs them already. */
export function existingFor(catalogue: Catalogue, id: CapabilityId): string[] {
  const serves = (each: Technology) => each.existing !== undefined && each.capabilities.includes(id);
  return catalogue.technologies.filter(serves).map(each => each.id);
}

/** The blueprint with this id. */
export function blueprintOf(catalogue: Catalogue, id: string): Blueprint | undefined {
  return catalogue.blueprints.find(blueprint => blueprint.id === id);
}
