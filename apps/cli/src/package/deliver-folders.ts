import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import type { AnyObject } from '@slipway/api';
import type { PackageInstall } from '@slipway/definition';
import type { Connection } from '../connection.ts';
import { CommandError, EXIT, say } from '../output.ts';
import { prepareGround, pushFolder } from './install-package.ts';
import { localFolders, repositoryName, withAddresses } from './rewrite.ts';

/** Where the platform's own Git server stands, whatever its address outside. */
const GIT = 'https://git.slipway.internal';

/** Names that `cnoe://` gives to folders of a package, by the Application that names them. */
function foldersOf({
  objects,
  folders,
}: PackageInstall): { object: AnyObject; local: string; path: string }[] {
  return objects.flatMap(object =>
    localFolders(object).map(local => ({
      object,
      local,
      path: posix.normalize(posix.join(folders?.base ?? '.', local)).replace(/\/$/, ''),
    })),
  );
}

/** @throws CommandError when a folder is not in the package */
export function refuseMissingFolders(install: PackageInstall): void {
  const { name, folders } = install;
  for (const { object, local, path } of foldersOf(install)) {
    const prefix = path === '.' ? '' : `${path}/`;
    if (!path.startsWith('..') && folders?.files.some(file => file.path.startsWith(prefix))) continue;
    throw new CommandError(
      `package ${name}: ${object.kind} ${object.metadata.name}: cnoe://${local} is no folder of the package`,
      { exitCode: EXIT.usage },
    );
  }
}

/** The same package with its Applications at the addresses that their folders will have. */
export function withRepositories(install: PackageInstall, team: string): PackageInstall {
  const addressOf = (object: AnyObject) => (local: string) =>
    `${GIT}/${team}/${repositoryName(object.metadata.name ?? '', posix.join('/', local))}.git`;
  const objects = install.objects.map(object => withAddresses(object, addressOf(object)));
  return { ...install, objects };
}

/** Pushes the folders that a package's Applications name; nothing to do for all other packages. */
export async function deliverFolders(
  connection: Connection,
  install: PackageInstall,
  team: string,
): Promise<void> {
  const { folders } = install;
  if (!folders) return;
  refuseMissingFolders(install);
  await prepareGround(connection);
  const root = await mkdtemp(join(tmpdir(), 'slipway-package-'));
  try {
    for (const { path, data } of folders.files) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), data);
    }
    for (const { object, local, path } of foldersOf(install)) {
      const repository = repositoryName(object.metadata.name ?? '', posix.join('/', local));
      const options = { team, priority: 0, pushing: () => say(`pushing ${local} to ${team}/${repository}`) };
      await pushFolder(connection, { file: install.name, path: join(root, path), repository }, options);
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
