import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { SlipwayError } from '@slipway/api';
import type { BuildSources } from './execute/environment.ts';
import type { PackageFacts, PackageJson } from './node/package-facts.ts';
import { planNode } from './node/plan.ts';
import {
  DEFAULT_IGNORE,
  installFiles,
  OWN_FOLDER,
  STATIC_SERVER,
  toDockerfile,
} from './node/to-dockerfile.ts';

/** How an image is made of a folder: always a Dockerfile in the end, found or written. */
export interface Recipe {
  name: 'dockerfile' | 'node' | 'static';
  dockerfile: string;
  sources: BuildSources;
  notes: string[];
}

export interface RecipeOptions {
  /** The build context. */
  folder: string;
  /** Path of the Dockerfile below the folder, when it is given. */
  dockerfile?: string;
  /** An empty folder of ours, for files that the recipe adds. */
  own: string;
  nodeImage: string;
}

const MOST_FILES = 50_000;
const LOOKED_INTO = /\.(m|c)?js$/;
const LOOKED_INTO_BYTES = 1 << 20;

/** @throws SlipwayError `RecipeMissing` naming what is supported */
export async function chooseRecipe(options: RecipeOptions): Promise<Recipe> {
  const { folder } = options;
  const path = options.dockerfile ?? 'Dockerfile';
  const dockerfile = await textIn(folder, path);
  if (dockerfile !== undefined) {
    const ignore =
      (await textIn(folder, `${path}.dockerignore`)) ?? (await textIn(folder, '.dockerignore')) ?? '';
    return { name: 'dockerfile', dockerfile, sources: { folder, ignore, named: {} }, notes: [] };
  }
  if (options.dockerfile !== undefined) {
    throw new SlipwayError('RecipeMissing', `build: ${options.dockerfile}: no such file in the repository`);
  }
  return nodeRecipe(options);
}

async function nodeRecipe(options: RecipeOptions): Promise<Recipe> {
  const { folder, own } = options;
  const files = await filesIn(folder);
  const text = await textIn(folder, 'package.json');
  if (text === undefined && !files.has('index.html') && !files.has('public/index.html'))
    throw unsupported(files);
  const facts = await factsOf(folder, files, text ?? '{}');
  const plan = planNode(facts, await textIn(folder, 'Procfile'));
  if (!plan) throw unstartable();
  const read = await readAll(folder, ['package.json', 'package-lock.json', 'npm-shrinkwrap.json', '.npmrc']);
  await writeOwn(own, {
    [STATIC_SERVER]: await readFile(new URL('./node/assets/static-server.mjs', import.meta.url), 'utf8'),
    ...prefixed('install/', text === undefined ? {} : installFiles(name => read.get(name), plan)),
    ...prefixed('files/', plan.files),
  });
  const ignored = (await textIn(folder, '.dockerignore')) ?? '';
  return {
    name: plan.start.kind === 'static' ? 'static' : 'node',
    dockerfile: toDockerfile(plan, options.nodeImage),
    sources: { folder, ignore: `${DEFAULT_IGNORE.join('\n')}\n${ignored}`, named: { [OWN_FOLDER]: own } },
    notes: plan.notes,
  };
}

async function factsOf(folder: string, files: Set<string>, text: string): Promise<PackageFacts> {
  const looked = new Map<string, string>();
  const shallow = [...files].filter(path => LOOKED_INTO.test(path) && path.split('/').length <= 3);
  for (const path of shallow.slice(0, 200)) {
    const content = (await textIn(folder, path)) ?? '';
    if (content.length <= LOOKED_INTO_BYTES) looked.set(path, content);
  }
  return { manifest: parsePackage(text), files, textOf: path => looked.get(path) };
}

function parsePackage(text: string): PackageJson {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as PackageJson;
  } catch (error) {
    throw new SlipwayError(
      'PackageInvalid',
      `build: package.json: ${error instanceof Error ? error.message : 'not JSON'}`,
    );
  }
  throw new SlipwayError('PackageInvalid', 'build: package.json: is not an object');
}

async function filesIn(folder: string): Promise<Set<string>> {
  const files = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const below = path === '' ? entry.name : posix.join(path, entry.name);
      if (entry.isFile()) files.add(below);
      if (files.size > MOST_FILES) return;
      if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git') await visit(below);
    }
  };
  await visit('');
  return files;
}

/** A file of the repository; a link that leads out of it is refused, for its text would show in the log. */
async function textIn(folder: string, path: string): Promise<string | undefined> {
  const root = await realpath(folder);
  const file = await realpath(join(root, path)).catch(() => undefined);
  if (file === undefined) return undefined;
  if (!file.startsWith(`${root}/`)) {
    throw new SlipwayError('RecipeMissing', `build: ${path}: leads out of the repository`);
  }
  return readFile(file, 'utf8').catch(() => undefined);
}

async function readAll(folder: string, paths: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const text = await textIn(folder, path);
    if (text !== undefined) found.set(path, text);
  }
  return found;
}

async function writeOwn(own: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(own, path)), { recursive: true });
    await writeFile(join(own, path), content, { mode: 0o644 });
  }
}

function prefixed(prefix: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${prefix}${path}`, content]));
}

function unsupported(files: Set<string>): SlipwayError {
  const names = [...files].filter(path => !path.includes('/')).slice(0, 8);
  return new SlipwayError(
    'RecipeMissing',
    `build: the repository holds neither a Dockerfile, a package.json nor an index.html (it has ${names.join(', ') || 'no files'}); add one of them. Manifests need no build: put them into deploy/, manifests/, k8s/ or the root`,
  );
}

function unstartable(): SlipwayError {
  return new SlipwayError(
    'RecipeMissing',
    'build: package.json names nothing that can be served; add a "start" script, a Procfile with "web:", a server.js, a "bin", or a "build" script that makes dist/, build/, out/ or public/ with an index.html',
  );
}
