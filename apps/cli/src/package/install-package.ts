import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { type AnyObject, hasReason } from '@slipway/api';
import { Application, ApplicationSet, Namespace } from '@slipway/kinds';
import type { Connection } from '../connection.ts';
import { CommandError, EXIT } from '../output.ts';
import { push, withRepository } from '../push-source.ts';
import type { PackageObject } from './read-package.ts';
import { localFolders, repositoryName, withAddresses } from './rewrite.ts';

/** Of two packages with one Application the one with the higher number counts (idpbuilder's annotation). */
export const PRIORITY = 'cnoe.io/package-priority';
/** The folder or file that it came from. */
export const SOURCE = 'cnoe.io/package-source-path';

export interface Installed {
  kind: string;
  namespace: string;
  name: string;
  file: string;
  repositories: string[];
  /** Why it was left as it is. */
  kept?: string;
}

export interface InstallOptions {
  /** Whose the repositories are. */
  team: string;
  priority: number;
  /** Called before each folder is pushed. */
  pushing(folder: string, repository: string): void;
}

/** Where the platform's own Git server stands, whatever its address outside. */
const GIT = 'https://git.slipway.internal';
/** Namespace of Argo CD's own objects. */
const NAMESPACE = 'argocd';

/** Brings one object of a package: its folders become repositories, then the object follows them. */
export async function installObject(
  connection: Connection,
  given: PackageObject,
  options: InstallOptions,
): Promise<Installed> {
  const { client } = connection;
  const { object, file, folder } = given;
  const name = object.metadata?.name;
  if (!name) throw new CommandError(`${file}: ${object.kind} without a name`, { exitCode: EXIT.usage });
  const namespace = object.metadata.namespace ?? NAMESPACE;
  const kind = object.kind === 'ApplicationSet' ? ApplicationSet : Application;
  const result = { kind: object.kind, namespace, name, file, repositories: [] as string[] };
  const live = await client.find(kind, { namespace, name });
  const other = Number(live?.metadata.annotations?.[PRIORITY] ?? Number.NEGATIVE_INFINITY);
  if (other > options.priority)
    return { ...result, kept: `a package with priority ${other} has it: ${sourceOf(live)}` };
  const addresses = new Map<string, string>();
  for (const local of localFolders(object)) {
    const path = resolve(folder, local);
    const repository = repositoryName(name, path);
    await pushFolder(connection, { file, path, repository }, options);
    addresses.set(local, `${GIT}/${options.team}/${repository}.git`);
    result.repositories.push(`${options.team}/${repository}`);
  }
  const rewritten = withAddresses(object, local => addresses.get(local) ?? '');
  const { metadata } = rewritten;
  const annotations = {
    ...metadata.annotations,
    [PRIORITY]: String(options.priority),
    [SOURCE]: relative(process.cwd(), file) || file,
  };
  const applied = { ...rewritten, metadata: { ...metadata, namespace, annotations } };
  await client.apply(kind, withoutStatus(applied), { fieldManager: 'slipway-package', force: true });
  return result;
}

function sourceOf(live: AnyObject | undefined): string {
  return live?.metadata.annotations?.[SOURCE] ?? 'unknown';
}

function withoutStatus({ status: _status, ...object }: AnyObject): AnyObject {
  return object as AnyObject;
}

/** A folder's files become a repository of a team. @throws CommandError when there is no such folder */
export async function pushFolder(
  connection: Connection,
  { file, path, repository }: { file: string; path: string; repository: string },
  { team, pushing }: InstallOptions,
): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory())
    throw new CommandError(`${file}: cnoe:// names ${path}, which is no folder`, {
      exitCode: EXIT.usage,
      next: 'the path is relative to the file',
    });
  const { platform, token } = connection;
  await makeRepository(connection, team, repository);
  pushing(path, `${team}/${repository}`);
  const url = `${platform.git}/${team}/${repository}.git`;
  await withRepository(path, bare => push(bare, { url, token, ca: platform.ca }));
}

async function makeRepository(connection: Connection, team: string, name: string): Promise<void> {
  const answer = await connection.fetch(`${connection.platform.git}/api/v1/orgs/${team}/repos`, {
    method: 'POST',
    body: { name, private: true, default_branch: 'main' },
  });
  // What is there already is brought up to date.
  if (answer.status === 201 || answer.status === 409) return;
  throw new CommandError(
    `repository ${team}/${name}: not made (${answer.status}: ${answer.body.slice(0, 200)})`,
  );
}

/** Namespaces that idpbuilder's core brings, which packages write into. */
const GROUND = ['argocd', 'gitea'];

/** Makes what packages take for granted: the namespaces are there, what idpbuilder's core keeps in them is not. */
export async function prepareGround({ client }: Connection): Promise<void> {
  for (const name of GROUND) {
    const made = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await client.create(Namespace, made).catch(error => {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    });
  }
}
