import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  type Bringing,
  type Brought,
  bringSource,
  PACKAGE_FILE,
  type PackageDefinition,
  packageOf,
  parseSource,
  type SourceAddress,
} from '@slipway/definition';
import { type PackageFiles, readPackage } from './read-package.ts';

/** What a person named: a package of ours or a chart, or files of Applications as idpbuilder takes them. */
export type ChosenPackage =
  | { form: 'package'; source: SourceAddress; definition: PackageDefinition; brought: Brought }
  | { form: 'applications'; files: PackageFiles; dispose(): Promise<void> };

/**
 * Brings what a person named and finds out what it is: a folder with a `package.yaml` or a `Chart.yaml` is a package,
 * anything else has to hold Applications.
 * @throws CommandError when it is neither, and as `bringSource`
 */
export async function choosePackage(given: string, how: Bringing): Promise<ChosenPackage> {
  const source = parseSource(given);
  if ('path' in source && !('git' in source) && !(await isPackageFolder(resolve(how.folder, source.path))))
    return { form: 'applications', files: await readPackage(source.path), dispose: async () => {} };
  const brought = await bringSource(source, how);
  const isPackage = brought.files.some(({ path }) => path === PACKAGE_FILE || path === 'Chart.yaml');
  if (isPackage) return { form: 'package', source, definition: packageOf(brought.files, given), brought };
  return applicationsOf(source, brought, how);
}

async function isPackageFolder(folder: string): Promise<boolean> {
  const found = await Promise.all(
    [PACKAGE_FILE, 'Chart.yaml'].map(name => stat(join(folder, name)).catch(() => undefined)),
  );
  return found.some(each => each?.isFile());
}

/** `cnoe://` may lead to other folders of a repository, so all of it is laid out. */
async function applicationsOf(
  source: SourceAddress,
  brought: Brought,
  how: Bringing,
): Promise<ChosenPackage> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-package-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const below = 'git' in source ? (source.path ?? '') : '';
    const whole =
      'git' in source && below !== ''
        ? await bringSource(
            { git: source.git, ...('git' in brought.pinned ? pinOf(brought.pinned) : {}) },
            how,
          )
        : brought;
    for (const { path, data } of whole.files) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, data);
    }
    return { form: 'applications', files: await readPackage(join(folder, below)), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function pinOf({ commit }: Extract<SourceAddress, { git: string }>) {
  return commit === undefined ? {} : { commit };
}
