import { access } from 'node:fs/promises';
import { messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import {
  DEFAULT_DOCUMENT,
  DefinitionError,
  listRevisions,
  type PlatformDocument,
  type Selection,
  select,
} from '@slipway/definition';
import { catalogue, readConfig, readDefinition } from '@slipway/platform';
import type { Target } from './connection.ts';
import { CommandError } from './output.ts';
import { bringing, connectionOf } from './package/sources.ts';

/** The definition in a file. Throws before anything else is done when something is wrong with it. */
export async function selectFile(file: string, target: Target = {}): Promise<Selection> {
  await access(file).catch(error => {
    throw new CommandError(`${file}: cannot be read (${messageOf(error)})`, { next: 'slipway init' });
  });
  // A blueprint may stand in the registry of the platform that runs here.
  const { access: reach } = await bringing(await connectionOf(target));
  return readDefinition(file, readConfig(), reach);
}

/** A definition that no file holds; `source` says in messages where it comes from. */
export function selectDocument(document: PlatformDocument, source: string): Selection {
  const error = (problems: { field: string; message: string }[]) =>
    new DefinitionError(problems.map(({ field, message }) => `${source}: ${field}: ${message}`));
  return select({ document, error }, catalogue());
}

/** What a command without `-f` means: the definition the running platform holds, else the built-in one. */
export async function selectStored(client: Client | undefined): Promise<Selection> {
  const newest = client ? (await listRevisions(client)).at(-1) : undefined;
  if (!newest) return selectDocument(DEFAULT_DOCUMENT, 'built-in definition');
  return selectDocument(newest.document, `revision ${newest.revision}`);
}
