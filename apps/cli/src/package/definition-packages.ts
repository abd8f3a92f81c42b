import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AnyObject, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import {
  emptyLock,
  installPackage,
  LOCK_FILE,
  type Lock,
  lockText,
  type PackageChange,
  type PackageInstall,
  type Provided,
  packageInstalls,
  planPackage,
  removePackage,
  resolvePackages,
  type Selection,
  sourceText,
  withPackages,
} from '@slipway/definition';
import { Package } from '@slipway/kinds';
import { readLock } from '@slipway/platform';
import type { Connection } from '../connection.ts';
import { CommandError } from '../output.ts';
import { deliverFolders, refuseMissingFolders, withRepositories } from './deliver-folders.ts';
import { bringing } from './sources.ts';

/** The packages that a definition names, brought and checked; nothing is changed yet. */
export interface DefinitionPackages {
  /** In the order they are installed. */
  installs: PackageInstall[];
  /** Whose the repositories of Applications are: the definition's first team. */
  team: string;
  /** The lock as it is to be, and where. */
  lock: Lock;
  lockFile: string;
}

/** What became of a package. */
export interface PackageReport {
  name: string;
  version: string;
  changes: PackageChange[];
  /** Why the changes cannot be told yet: a kind that comes with another part of the definition. */
  unknown?: string;
}

/**
 * Brings the packages of a definition as its lock has them. Throws before anything is changed.
 * @throws SlipwayError DigestMismatch, LockOutdated, PackagesUnordered, ParametersInvalid, …
 */
export async function definitionPackages(
  selection: Selection,
  file: string,
  { client, connection }: { client?: Client | undefined; connection?: Connection | undefined },
): Promise<DefinitionPackages> {
  const lockFile = join(dirname(file), LOCK_FILE);
  const lock = await readLock(lockFile);
  const how = await bringing(connection, { folder: dirname(file) });
  const resolved = await resolvePackages(selection.packages, lock, how);
  const installs = await packageInstalls(resolved, {
    name: selection.name,
    domain: selection.domain,
    appsDomain: selection.appsDomain,
    provided: { ...(await providedByPeople(client ?? connection?.client)), ...providedBy(selection) },
    by: 'definition',
  });
  for (const install of installs) refuseMissingFolders(install);
  const delivered = installs.find(install => install.folders);
  if (delivered && selection.ground !== 'embedded')
    throw new CommandError(
      `package ${delivered.name}: its Applications follow folders in the platform's own Git, which is not on this cluster yet`,
      { next: 'push its folders to a repository and name that in the Applications' },
    );
  const team = selection.teams[0]?.name ?? 'default';
  const { blueprint: _, technologies: __, ...rest } = withPackages(lock, resolved);
  return { installs, team, lock: { ...rest, ...selection.document.spec?.resolved?.pins }, lockFile };
}

/** Writes the lock when it says something else than before; an empty one is not made. */
export async function writeLock(file: string, lock: Lock): Promise<boolean> {
  const text = lockText(lock);
  const before = await readFile(file, 'utf8').catch(() => lockText(emptyLock()));
  if (before === text) return false;
  await writeFile(file, text);
  return true;
}

/** Contracts of the chosen technologies, and the capabilities themselves. */
export function providedBy({ components }: Pick<Selection, 'components'>): Provided {
  return Object.fromEntries(
    components.flatMap(({ technology, capabilities }) => [
      ...technology.provides.map(contract => [contract, technology.version]),
      ...capabilities.map(id => [id, undefined]),
    ]),
  );
}

async function providedByPeople(client: Client | undefined): Promise<Provided> {
  if (!client) return {};
  const items = await packagesThere(client);
  return Object.assign(
    {},
    ...items.filter(({ spec }) => spec.by === 'person').map(({ spec }) => spec.provides ?? {}),
  );
}

/** What a definition's packages would change; also those that would go. */
export async function planPackages(
  client: Client,
  { installs, team }: DefinitionPackages,
): Promise<{ reports: PackageReport[]; gone: string[] }> {
  const reports: PackageReport[] = [];
  const earlier: AnyObject[] = [];
  for (const install of installs) {
    const { name, spec } = install;
    const planned = await planPackage(client, withRepositories(install, team), { earlier }).then(
      changes => ({ changes }),
      (error: unknown) => {
        if (!(error instanceof SlipwayError) || error.code !== 'KindUnknown') throw error;
        return { changes: [], unknown: error.message };
      },
    );
    earlier.push(...install.objects);
    reports.push({ name, version: spec.version, ...planned });
  }
  return { reports, gone: await goneOf(client, installs) };
}

/** Installs a definition's packages in order, then takes away those it no longer names, the last one first. */
export async function applyPackages(
  { client, connection }: { client: Client; connection?: Connection },
  packages: DefinitionPackages,
  tell: (line: string) => void,
): Promise<PackageReport[]> {
  const reports: PackageReport[] = [];
  const { team } = packages;
  for (const install of packages.installs) {
    const { name, spec } = install;
    if (install.folders && connection) await deliverFolders(connection, install, team);
    const changes = await installPackage(client, withRepositories(install, team));
    reports.push({ name, version: spec.version, changes });
    const changed = changes.filter(({ result }) => result !== 'unchanged' && result !== 'kept');
    tell(
      `package ${name} ${spec.version}: ${changed.length === 0 ? 'as it was' : `${changed.length} changed`}`,
    );
  }
  for (const name of await goneOf(client, packages.installs)) {
    await removePackage(client, name);
    tell(`package ${name}: removed, for the definition names it no more`);
  }
  await writeOwnParts(packages);
  return reports;
}

/** None on a cluster that knows no packages yet. */
async function packagesThere(client: Client) {
  if (!(await client.discover('slipway.dev/v1alpha1', 'Package'))) return [];
  return (await client.list(Package)).items;
}

/** Components and images may have been pinned in between: theirs stays as it is. */
async function writeOwnParts({ lockFile, lock }: DefinitionPackages): Promise<void> {
  const { blueprint: _, technologies: __, ...others } = await readLock(lockFile);
  const { packages, blueprint, technologies } = lock;
  const own = { ...(blueprint ? { blueprint } : {}), ...(technologies ? { technologies } : {}) };
  await writeLock(lockFile, { ...others, packages, ...own });
}

/** What of a stored definition's packages the platform has otherwise: their files are where they were applied from. */
export async function packagesOtherwise(client: Client, { packages }: Selection): Promise<string[]> {
  const there = (await packagesThere(client)).filter(({ spec }) => spec.by === 'definition');
  const nameOf = (name: string) => name.split('.')[0] ?? name;
  const missing = packages.filter(
    ({ name, from }) =>
      !there.some(({ metadata, spec }) => nameOf(metadata.name) === name && spec.source === sourceText(from)),
  );
  const more = there.filter(({ metadata }) => !packages.some(({ name }) => name === nameOf(metadata.name)));
  return [...missing.map(({ name }) => name), ...more.map(({ metadata }) => metadata.name)];
}

async function goneOf(client: Client, installs: PackageInstall[]): Promise<string[]> {
  const wanted = new Set(installs.map(({ name }) => name));
  const there = await packagesThere(client);
  return newestFirst(
    there.filter(({ spec, metadata }) => spec.by === 'definition' && !wanted.has(metadata.name)),
  );
}

/** All packages of a platform by name, in the order in which they can go. */
export async function packagesGoing(client: Client): Promise<string[]> {
  return newestFirst(await packagesThere(client));
}

function newestFirst(packages: Awaited<ReturnType<typeof packagesThere>>): string[] {
  return packages
    .toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1))
    .map(({ metadata }) => metadata.name);
}
