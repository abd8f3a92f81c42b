// From a recipe to a folder of the cache, by the registries' ordinary clients: go, mvn, apt-get.
import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { folderOf, WHOLE } from './cache.ts';
import { type DebianRecipe, type GoRecipe, type MavenRecipe, recipes } from './recipes.ts';

const TIMEOUT_MS = 20 * 60_000;
const SAID_CHARACTERS = 4000;

/** Told the newest line that a command printed. */
export type Say = (line: string) => void;

/** Builds or fetches one tool; its folder. What fails leaves nothing behind. */
export async function buildTool(tool: string, say: Say): Promise<string> {
  const folder = folderOf(tool);
  const recipe = recipes[tool];
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    if (recipe?.from === 'go') await buildGo(tool, recipe, work, say);
    if (recipe?.from === 'maven') await unpackMaven(recipe, work, say);
    if (recipe?.from === 'debian') await unpackDebian(recipe, work, say);
    await writeFile(join(work, WHOLE), '');
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function buildGo(tool: string, recipe: GoRecipe, work: string, say: Say): Promise<void> {
  const wanted = `${recipe.module}@${recipe.version}`;
  const { Dir: source } = JSON.parse(
    await runTool('go', ['mod', 'download', '-json', wanted], work, say),
  ) as {
    Dir: string;
  };
  // Modules lie read-only in Go's cache; what is changed about them is changed in a copy.
  const copy = join(work, '.source');
  await cp(source, copy, { recursive: true });
  await runTool('chmod', ['-R', 'u+w', copy], work, say);
  for (const module of recipe.published ?? []) {
    const [path, version] = module.split('@');
    const edit = version ? `-replace=${path}=${module}` : `-dropreplace=${path}`;
    await runTool('go', ['mod', 'edit', edit], copy, say);
  }
  for (const [path, text] of Object.entries(recipe.instead ?? {})) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await writeFile(join(copy, path), text);
  }
  const args = [
    'build',
    '-mod=mod',
    '-trimpath',
    '-buildvcs=false',
    `-ldflags=-s -w ${recipe.ldflags ?? ''}`,
    ...(recipe.tags ? [`-tags=${recipe.tags.join(',')}`] : []),
    '-o',
    join(work, tool),
    recipe.package,
  ];
  await runTool('go', args, copy, say, { CGO_ENABLED: recipe.cgo ? '1' : '0', GOWORK: 'off' });
  for (const path of recipe.keep ?? []) await cp(join(copy, path), join(work, path), { recursive: true });
  await rm(copy, { recursive: true });
}

async function unpackMaven(
  { artifact, version, prepare }: MavenRecipe,
  work: string,
  say: Say,
): Promise<void> {
  const zips = join(work, '.zip');
  const copy = [
    '-B',
    'dependency:copy',
    `-Dartifact=${artifact}:${version}:zip`,
    `-DoutputDirectory=${zips}`,
  ];
  await runTool('mvn', copy, work, say);
  const [zip = ''] = await readdir(zips);
  await runTool('unzip', ['-q', join(zips, zip), '-d', zips], work, say);
  const top = (await readdir(zips)).find(name => name !== zip) ?? '';
  for (const name of await readdir(join(zips, top))) await rename(join(zips, top, name), join(work, name));
  await rm(zips, { recursive: true });
  for (const [command = '', ...args] of prepare ?? []) await runTool(join(work, command), args, work, say);
}

async function unpackDebian({ packages }: DebianRecipe, work: string, say: Say): Promise<void> {
  const archives = join(work, '.archives');
  await mkdir(archives);
  await runTool('apt-get', ['download', ...packages], archives, say);
  for (const archive of await readdir(archives)) {
    await runTool('dpkg-deb', ['-x', join(archives, archive), work], work, say);
  }
  await rm(archives, { recursive: true });
}

/** Its standard output; rejects with the end of what it said when it fails or takes too long. */
function runTool(
  command: string,
  args: string[],
  cwd: string,
  say: Say,
  variables: Record<string, string> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...variables };
    const child = spawn(command, args, { cwd, env, timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let said = '';
    const heard = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-SAID_CHARACTERS);
      say(said.trim().split('\n').at(-1) ?? '');
    };
    child.stdout.on('data', chunk => {
      output += chunk;
      heard(chunk);
    });
    child.stderr.on('data', heard);
    child.once('error', error => reject(new Error(`${command}: ${error.message}; is it installed?`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(output);
      reject(new Error(`${command} ${args.join(' ')}: ended with ${code ?? signal}\n${said}`));
    });
  });
}
