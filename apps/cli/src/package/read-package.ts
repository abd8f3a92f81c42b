import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type AnyObject, messageOf } from '@slipway/api';
import { parseYaml } from '@slipway/render';
import { CommandError, EXIT } from '../output.ts';

/** An Application or ApplicationSet of a package, and where it stands: `cnoe://` is relative to that. */
export interface PackageObject {
  object: AnyObject;
  folder: string;
  file: string;
}

export interface PackageFiles {
  objects: PackageObject[];
  /** What a package does not bring: `<file>: <kind>`. */
  left: string[];
}

const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Reads a package as idpbuilder does: the YAML files of a folder (not of the folders below), or one file; of them the
 * Applications and ApplicationSets.
 * @throws CommandError when there is none, or a file is no YAML
 */
export async function readPackage(path: string): Promise<PackageFiles> {
  const found: PackageFiles = { objects: [], left: [] };
  const root = resolve(path);
  for (const file of await filesOf(root)) {
    // As idpbuilder: a file of a folder that cannot be read (a template, often) is told of and passed over.
    const objects = await readObjects(file).catch(error => {
      if (file === root) throw error;
      found.left.push(messageOf(error));
      return [];
    });
    for (const object of objects) {
      const isOurs = object.apiVersion?.startsWith('argoproj.io/') && /^Application(Set)?$/.test(object.kind);
      if (isOurs) found.objects.push({ object, folder: dirname(file), file });
      if (!isOurs) found.left.push(`${file}: ${object.kind ?? 'no kind'}`);
    }
  }
  if (found.objects.length > 0) return found;
  throw new CommandError(`${path}: no Application or ApplicationSet stands there`, {
    exitCode: EXIT.usage,
    next: 'name the folder whose files they are; folders below it are not read',
  });
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new CommandError(`${path}: there is no such file or folder`, { exitCode: EXIT.usage });
  if (found.isFile()) return [path];
  const names = (await readdir(path)).filter(name => /\.ya?ml$/.test(name)).sort();
  return names.map(name => join(path, name));
}

async function readObjects(file: string): Promise<AnyObject[]> {
  const { size } = await stat(file);
  if (size > MOST_BYTES) throw new CommandError(`${file}: ${size} bytes, at most ${MOST_BYTES} are read`);
  try {
    return parseYaml(await readFile(file, 'utf8'), file).flatMap(({ value }) =>
      typeof value === 'object' && value !== null ? [value as AnyObject] : [],
    );
  } catch (error) {
    throw new CommandError(messageOf(error), { exitCode: EXIT.usage });
  }
}
