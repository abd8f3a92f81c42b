import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PACKAGE_FILE, parsePackage } from '@slipway/definition';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { type Form, firstFiles, formOf } from '../../package/first-files.ts';

interface Options extends GlobalOptions {
  name?: string;
  form?: Form;
}

/** Writes a package.yaml: for what a folder holds already, or with a first template and its test. Never overwrites. */
export async function run({ output, name, form }: Options, [given = '.']: string[]): Promise<number> {
  const folder = resolve(given);
  const present = await readdir(folder, { recursive: true }).catch((): string[] => []);
  if (present.includes(PACKAGE_FILE))
    throw new CommandError(`${join(given, PACKAGE_FILE)}: is there already and stays as it is`);
  const word = (name ?? basename(folder))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const files = firstFiles(word, form ?? formOf(present));
  const wrong = files.find(({ path }) => present.includes(path));
  if (wrong) throw new CommandError(`${join(given, wrong.path)}: is there already and stays as it is`);
  for (const { path, text } of files) if (path === PACKAGE_FILE) parsePackage(text, path);
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  const written = files.map(({ path }) => join(given, path));
  print(
    output,
    { name: word, files: written },
    () =>
      `wrote ${written.join(', ')}\nnext: slipway package test ${given}, then slipway package add ${given}`,
  );
  return EXIT.done;
}
