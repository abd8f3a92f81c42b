import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { blueprintFileOf, blueprintOf, technologyDataOf } from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { firstBlueprint, firstTechnology } from '../../package/first-blueprint.ts';

interface Options extends GlobalOptions {
  extends: string;
  technology?: string;
}

/** Writes a first blueprint, or a first technology. Never overwrites. */
export async function run(options: Options, [given = '.']: string[]): Promise<number> {
  const folder = resolve(given);
  const { technology } = options;
  if (!blueprintOf(catalogue(), options.extends))
    throw new CommandError(`--extends ${options.extends}: there is no such blueprint`, {
      exitCode: EXIT.usage,
      next: 'slipway blueprint list',
    });
  const files =
    technology === undefined
      ? firstBlueprint(labelOf(basename(folder)), options.extends)
      : firstTechnology(technology);
  const data = files.map(({ path, text }) => ({ path, data: Buffer.from(text) }));
  if (technology === undefined) blueprintFileOf(data, given);
  else technologyDataOf(data, given);
  for (const { path } of files)
    if (await stat(join(folder, path)).catch(() => undefined))
      throw new CommandError(`${join(given, path)}: is there already and stays as it is`);
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  const written = files.map(({ path }) => join(given, path));
  const word = technology === undefined ? 'blueprint: ' : 'technologies: [';
  const address = given.startsWith('.') || given.startsWith('/') ? given : `./${given}`;
  print(
    options.output,
    { files: written },
    () =>
      `wrote ${written.join(', ')}\nnext: in platform.yaml, ${word}${address}${technology === undefined ? '' : ']'}`,
  );
  return EXIT.done;
}

function labelOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'ours'
  );
}
