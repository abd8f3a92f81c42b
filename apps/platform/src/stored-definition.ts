import type { Client } from '@slipway/client';
import {
  DEFAULT_DOCUMENT,
  DefinitionError,
  listRevisions,
  type Selection,
  select,
} from '@slipway/definition';
import { catalogue } from './technologies.ts';

/**
 * What a start without a file runs: the definition applied last, else the built-in one.
 * @throws DefinitionError when this version no longer knows a word of it
 */
export async function storedSelection(client: Client): Promise<Selection> {
  const newest = (await listRevisions(client)).at(-1);
  const source = newest
    ? `definition of revision ${newest.revision} (start with -f to use another)`
    : 'built-in definition';
  const error = (problems: { field: string; message: string }[]) =>
    new DefinitionError(problems.map(({ field, message }) => `${source}: ${field}: ${message}`));
  return select({ document: newest?.document ?? DEFAULT_DOCUMENT, error }, catalogue());
}
