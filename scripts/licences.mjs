// The licences of what a bundle contains, as their authors ask to have them passed on.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Text with each package's name, version, licence and notice; `files` are the modules bundled. */
export function licencesOf(files) {
  const folders = new Set(files.flatMap(file => packageFolder(resolve(file)) ?? []));
  return [...folders].map(notice).sort().join('\n---\n\n');
}

/** Folder of the package in node_modules that a module belongs to; our own modules belong to none. */
function packageFolder(file) {
  if (!file.includes('/node_modules/')) return undefined;
  const named = folder =>
    existsSync(join(folder, 'package.json')) && manifestOf(folder).version !== undefined;
  let folder = dirname(file);
  while (!named(folder)) folder = dirname(folder);
  return folder;
}

function notice(folder) {
  const { name, version, license } = manifestOf(folder);
  const texts = readdirSync(folder)
    .filter(file => /^(licen[cs]e|notice|copying)/i.test(file))
    .map(file => readFileSync(join(folder, file), 'utf8').trim());
  return `${[`${name} ${version} (${license ?? 'licence not named'})`, ...texts].join('\n\n')}\n`;
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
