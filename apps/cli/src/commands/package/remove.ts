import { stat } from 'node:fs/promises';
import { hasReason, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { removePackage, unmetOf } from '@slipway/definition';
import { Application, ApplicationSet, Package } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { dropPackages } from '../../package/edit-definition.ts';
import { PRIORITY } from '../../package/install-package.ts';
import { readPackage } from '../../package/read-package.ts';

interface Options extends GlobalOptions {
  file?: string;
  deleteData?: boolean;
}

/** Takes away what packages brought, named as `package list` names them; those of Applications by their folder. */
export async function run(options: Options, names: string[]): Promise<number> {
  if (names.length === 0) throw new CommandError('which package? name it', { exitCode: EXIT.usage });
  const { file, output, deleteData = false } = options;
  if (file !== undefined) {
    await dropPackages(file, names);
    print(
      output,
      { removed: names },
      () => `${file}: without ${names.join(', ')}; next: slipway apply -f ${file}`,
    );
    return EXIT.done;
  }
  const { client } = await connect(options);
  const { items } = await client.list(Package);
  const own = items.filter(({ metadata }) => names.includes(metadata.name));
  refuseNeeded(items, own);
  const rest = names.filter(name => !own.some(({ metadata }) => metadata.name === name));
  const folders = await Promise.all(rest.map(readFolder));
  const removed: string[] = [];
  const kept: string[] = [];
  for (const { metadata } of own) {
    const outcome = await removePackage(client, metadata.name, { deleteData });
    removed.push(...outcome.deleted, `Package ${metadata.name}`);
    kept.push(...outcome.kept);
  }
  for (const { objects } of folders) removed.push(...(await removeApplications(client, objects)));
  print(output, { removed, kept }, () =>
    [
      ...(removed.length === 0 ? ['nothing of it is there'] : removed.map(each => `${each}: removed`)),
      ...kept.map(each => `${each}: stays, for it is another’s by now`),
    ].join('\n'),
  );
  return EXIT.done;
}

async function readFolder(name: string) {
  if (await stat(name).catch(() => undefined)) return readPackage(name);
  throw new CommandError(`package ${JSON.stringify(name)}: there is none by this name, and no such folder`, {
    exitCode: EXIT.usage,
    next: 'slipway package list',
  });
}

/** What others need stays, until they go, too. */
function refuseNeeded(all: Stored<Package>[], going: Stored<Package>[]): void {
  const contracts = (packages: Stored<Package>[]) =>
    packages.map(({ metadata, spec }) => ({ ...spec, name: metadata.name }));
  const left = contracts(all.filter(each => !going.includes(each)));
  const given = Object.fromEntries(contracts(going).flatMap(({ provides = {} }) => Object.entries(provides)));
  // Only what the going ones provide is asked about: everything else is as it was.
  const problems = left.flatMap(each => {
    const needs = Object.entries(each.requires ?? {}).filter(([contract]) => contract in given);
    return unmetOf({ ...each, requires: Object.fromEntries(needs) }, left, {});
  });
  if (problems.length === 0) return;
  throw new CommandError(`nothing was changed: without it ${problems.join('; ')}`, {
    next: 'remove those with it, or first',
  });
}

async function removeApplications(
  client: Client,
  objects: Awaited<ReturnType<typeof readPackage>>['objects'],
): Promise<string[]> {
  const removed: string[] = [];
  for (const { object } of objects) {
    const kind = object.kind === 'ApplicationSet' ? ApplicationSet : Application;
    const key = { namespace: object.metadata.namespace ?? 'argocd', name: object.metadata.name ?? '' };
    const live = await client.find(kind, key);
    if (live?.metadata.annotations?.[PRIORITY] === undefined) continue;
    await client.delete(kind, key).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
    removed.push(`${object.kind} ${key.name}`);
  }
  return removed;
}
