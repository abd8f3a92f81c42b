import { SlipwayError } from '@slipway/api';
import type { Blueprint } from '../blueprint.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Located, PlatformDocument } from '../document.ts';
import type { Lock, LockEntry } from '../lock.ts';
import { bringLocked } from '../package/bring-locked.ts';
import { type Bringing, type Brought, bringSource } from '../package/bring-source.ts';
import { isPinOf, parseSource, sourceText } from '../package/source-address.ts';
import { blueprintFileOf, blueprintOfFile } from './blueprint-file.ts';
import { type TechnologyData, technologyDataOf } from './technology-file.ts';
import { technologyOfData } from './technology-of-data.ts';

/** What a definition names elsewhere, in the definition: with it a stored one needs neither files nor a network. */
export interface ResolvedParts {
  blueprint?: Blueprint;
  technologies?: TechnologyData[];
  pins: Pins;
}

/** The lock's parts that a definition's words came to. */
export type Pins = Pick<Lock, 'blueprint' | 'technologies'>;

/** Whether a definition's word for its blueprint is an address rather than a name. */
export function isElsewhere(blueprint: string | undefined): blueprint is string {
  return (
    blueprint !== undefined &&
    (/^(\.{0,2}\/|git\+|[a-z][a-z0-9+.-]*:\/\/)/.test(blueprint) || /^\.{1,2}$/.test(blueprint))
  );
}

/**
 * Brings the blueprint and the technologies that a definition names by an address, as the lock pins them, and puts them
 * into it. A definition that names none is given back as it is.
 * @throws SlipwayError DigestMismatch, LockOutdated, and as `bringSource`; DefinitionError of their files
 */
export async function resolveDefinition(
  located: Located,
  { catalogue, lock, how }: { catalogue: Catalogue; lock: Lock; how: Bringing },
): Promise<Located> {
  const { document } = located;
  const { blueprint: name, technologies: wanted = [] } = document.spec ?? {};
  if (!isElsewhere(name) && wanted.length === 0) return located;
  const pins: Pins = {};
  const resolved: ResolvedParts = { pins };
  const technologies: string[] = [...wanted];
  if (isElsewhere(name)) {
    const brought = await bringPinned(name, lock.blueprint, { what: 'blueprint', how });
    const file = blueprintFileOf(brought.files, name);
    resolved.blueprint = blueprintOfFile(file, name, catalogue.blueprints);
    pins.blueprint = entryOf(brought, file.spec.version);
    technologies.push(...(resolved.blueprint.document.spec?.technologies ?? []));
  }
  for (const each of technologies) {
    const locked = Object.values(lock.technologies ?? {}).find(entry =>
      isPinOf(parseSource(entry.source), parseSource(each)),
    );
    const brought = await bringPinned(each, locked, { what: 'technology', how });
    const data = technologyDataOf(brought.files, each);
    refuseTaken(data, catalogue);
    resolved.technologies = [...(resolved.technologies ?? []), data];
    pins.technologies = { ...pins.technologies, [data.id]: entryOf(brought, data.version) };
  }
  const filled = { ...document, spec: { ...document.spec, resolved } };
  return { ...located, document: filled };
}

function refuseTaken({ id }: TechnologyData, { technologies }: Catalogue): void {
  if (technologies.some(each => each.id === id))
    throw new SlipwayError(
      'TechnologyTaken',
      `technology ${id}: the catalogue has one by this name; give it another`,
    );
}

function entryOf({ digest, pinned }: Brought, version: string): LockEntry {
  return { version, digest, source: sourceText(pinned) };
}

async function bringPinned(
  wanted: string,
  locked: LockEntry | undefined,
  { what, how }: { what: string; how: Bringing },
): Promise<Brought> {
  const asked = parseSource(wanted);
  if (!locked) return bringSource(asked, how);
  if (!isPinOf(parseSource(locked.source), asked))
    throw new SlipwayError(
      'LockOutdated',
      `${what} ${wanted}: the lock has it from ${locked.source}; take its entry out of slipway.lock to take the new one`,
    );
  const brought = await bringLocked(parseSource(locked.source), locked.digest, how);
  if (brought.digest === locked.digest) return brought;
  throw new SlipwayError(
    'DigestMismatch',
    `${what} ${wanted}: the files at ${locked.source} have ${brought.digest}, not ${locked.digest} as the lock has them; nothing was changed: see who changed them, then take its entry out of slipway.lock`,
  );
}

/** The catalogue with what a definition brought itself. */
export function withResolved(catalogue: Catalogue, { spec }: PlatformDocument): Catalogue {
  const { blueprint, technologies = [] } = spec?.resolved ?? {};
  if (!blueprint && technologies.length === 0) return catalogue;
  const own = technologies.map(technologyOfData);
  return {
    blueprints: [...catalogue.blueprints, ...(blueprint ? [blueprint] : [])],
    technologies: [...catalogue.technologies, ...own],
    capabilities: catalogue.capabilities.map(capability => ({
      ...capability,
      technologies: [
        ...capability.technologies,
        ...own.filter(each => each.capabilities.includes(capability.id)).map(({ id }) => id),
      ],
    })),
  };
}
