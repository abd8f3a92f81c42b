import type { Client } from '@slipway/client';
import {
  DEFAULT_DOCUMENT,
  DefinitionError,
  listRevisions,
  type PlatformDocument,
  type Selection,
  select,
} from '@slipway/definition';
import { catalogue } from './technologies.ts';

/**
 * What a start without a file runs: the definition applied last, else the built-in one, for a further platform of this
 * machine with names of its own.
 * @throws DefinitionError when this version no longer knows a word of it
 */
export async function storedSelection(client: Client, name?: string): Promise<Selection> {
  const newest = (await listRevisions(client)).at(-1);
  const source = newest
    ? `definition of revision ${newest.revision} (start with -f to use another)`
    : 'built-in definition';
  const error = (problems: { field: string; message: string }[]) =>
    new DefinitionError(problems.map(({ field, message }) => `${source}: ${field}: ${message}`));
  return select({ document: newest?.document ?? builtIn(name), error }, catalogue());
}

function builtIn(name: string | undefined): PlatformDocument {
  if (name === undefined) return DEFAULT_DOCUMENT;
  return {
    ...DEFAULT_DOCUMENT,
    metadata: { name },
    spec: { ...DEFAULT_DOCUMENT.spec, domain: `${name}.localhost`, appsDomain: `${name}-apps.localhost` },
  };
}
