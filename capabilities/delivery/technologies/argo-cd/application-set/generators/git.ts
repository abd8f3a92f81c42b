import { messageOf } from '@slipway/api';
import { matchesPath, parseYaml } from '@slipway/render';
import type { GitGenerator, Params } from '../spec.ts';
import { isMap } from '../template/merge-template.ts';
import { sanitizeName } from '../template/sanitize-name.ts';
import { flatten } from './flatten.ts';
import { selectByGlob, selectByPathspec } from './git-paths.ts';
import type { GitTree, Ground } from './ground.ts';
import { withValues } from './values.ts';

/** Parameters for each folder of a repository, or from files in it. */
export async function gitParams(generator: GitGenerator, ground: Ground): Promise<Params[]> {
  const { repoURL = '', revision = '', directories = [], files = [] } = generator;
  if (directories.length === 0 && files.length === 0) throw new Error('ApplicationSet is empty');
  try {
    return directories.length > 0
      ? await folderParams(
          generator,
          await open(repoURL, revision, 'getting directories from repo', ground),
          ground,
        )
      : await fileParams(generator, await open(repoURL, revision, 'retrieving Git files', ground), ground);
  } catch (error) {
    throw new Error(`error generating params from git: ${messageOf(error)}`);
  }
}

async function open(repoURL: string, revision: string, what: string, ground: Ground): Promise<GitTree> {
  try {
    return await ground.openGit(repoURL, revision);
  } catch (error) {
    throw new Error(`error ${what}: ${messageOf(error)}`);
  }
}

function filled(generator: GitGenerator, params: Params, ground: Ground): Params {
  try {
    return withValues(generator.values, params, ground);
  } catch (error) {
    throw new Error(`failed to append templated values: ${messageOf(error)}`);
  }
}

async function folderParams(generator: GitGenerator, tree: GitTree, ground: Ground): Promise<Params[]> {
  const { directories = [], pathParamPrefix: prefix = '' } = generator;
  const isIn = (folder: string, exclude: boolean) =>
    directories.some(
      ({ path = '', exclude: excludes = false }) => excludes === exclude && fits(path, folder),
    );
  const chosen = (await tree.folders()).filter(folder => isIn(folder, false) && !isIn(folder, true));
  try {
    return chosen.map(folder =>
      filled(generator, pathParams({ folder, prefix, isGo: ground.isGoTemplate }), ground),
    );
  } catch (error) {
    throw new Error(`error generating params from apps: ${messageOf(error)}`);
  }
}

/** A pattern that is none fits nothing. */
function fits(pattern: string, folder: string): boolean {
  try {
    return matchesPath(pattern, folder);
  } catch {
    return false;
  }
}

async function fileParams(generator: GitGenerator, tree: GitTree, ground: Ground): Promise<Params[]> {
  const all = await tree.files();
  const select = ground.newGitFileGlobbing ? selectByGlob : selectByPathspec;
  const chosenBy = (exclude: boolean) =>
    (generator.files ?? [])
      .filter(each => (each.exclude ?? false) === exclude)
      .flatMap(({ path = '' }) => select(all, path));
  const excluded = new Set(chosenBy(true));
  const chosen = [...new Set(chosenBy(false))].filter(path => !excluded.has(path)).sort();
  const found: Params[] = [];
  for (const path of chosen) {
    try {
      found.push(...paramsOfFile(generator, path, await tree.read(path), ground));
    } catch (error) {
      throw new Error(
        `unable to process file '${path}' from repository '${generator.repoURL}': ${messageOf(error)}`,
      );
    }
  }
  return found;
}

/** A file holds one object or a list of them. */
function paramsOfFile(
  generator: GitGenerator,
  path: string,
  content: Uint8Array | undefined,
  ground: Ground,
): Params[] {
  const { pathParamPrefix: prefix = '' } = generator;
  const slash = path.lastIndexOf('/');
  const [folder, filename] = [slash < 0 ? '.' : path.slice(0, slash), path.slice(slash + 1)];
  return objectsOf(path, new TextDecoder().decode(content)).map(object => {
    const own: Params = ground.isGoTemplate ? object : flatten(object);
    const place = pathParams({ folder, filename, prefix, isGo: ground.isGoTemplate });
    return filled(generator, { ...own, ...place }, ground);
  });
}

function objectsOf(path: string, text: string): Params[] {
  const value = parseYaml(text, path)[0]?.value ?? {};
  if (isMap(value)) return [value];
  if (Array.isArray(value) && value.every(each => isMap(each) || each === null))
    return value.map(each => (each ?? {}) as Params);
  throw new Error('unable to parse file: an object or a list of objects is expected');
}

interface Place {
  folder: string;
  filename?: string;
  prefix: string;
  isGo: boolean;
}

/** `path`, its segments and its last part: nested for Go templates, by dotted names else. */
function pathParams({ folder, filename, prefix, isGo }: Place): Params {
  const basename = folder.slice(folder.lastIndexOf('/') + 1);
  const segments = folder.split('/');
  const names = {
    basename,
    basenameNormalized: sanitizeName(basename),
    ...(filename === undefined ? {} : { filename, filenameNormalized: sanitizeName(filename) }),
  };
  if (isGo) {
    const path = { path: folder, ...names, segments };
    return prefix === '' ? { path } : { [prefix]: { path } };
  }
  const name = prefix === '' ? 'path' : `${prefix}.path`;
  const params: Params = { [name]: folder };
  for (const [key, value] of Object.entries(names)) params[`${name}.${key}`] = value;
  for (const [index, segment] of segments.entries())
    if (segment !== '') params[`${name}[${index}]`] = segment;
  return params;
}
