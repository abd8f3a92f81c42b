import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '@slipway/api';
import { DefinitionError } from '@slipway/definition';
import { selectFile } from '../definition-source.ts';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, EXIT, print } from '../output.ts';

interface Options extends GlobalOptions {
  file: string;
}

/** Checks a definition, or a package, on its own: no platform has to run. Ends with 2 when something is wrong. */
export async function run(options: Options): Promise<number> {
  const { file, output } = options;
  try {
    const folder = await packageFolder(file);
    if (folder !== undefined) return await validatePackage(options, folder);
    const { name, ground, components, packages, environments } = await selectFile(file);
    const result = {
      ...{ file, valid: true, kind: 'Platform', name, target: ground },
      components: components.map(({ technology, engine }) => ({ technology: technology.id, engine })),
      environments: environments.map(each => each.name),
      packages: packages.map(each => each.name),
    };
    print(output, result, () => `${file}: nothing is wrong with it (${components.length} components)`);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof DefinitionError) || output === 'table') throw asUsage(error);
    print(output, { file, valid: false, problems: error.problems }, () => '');
    return EXIT.usage;
  }
}

/** The folder of a package, when that is what is meant; a definition says that it is a Platform. */
async function packageFolder(file: string): Promise<string | undefined> {
  const facts = await stat(file).catch(error => {
    throw new CommandError(`${file}: cannot be read (${messageOf(error)})`, {
      exitCode: EXIT.usage,
      next: 'slipway init',
    });
  });
  if (facts.isDirectory()) return file;
  return /^kind:\s*["']?PackageDefinition\b/m.test(await readFile(file, 'utf8')) ? dirname(file) : undefined;
}

async function validatePackage(options: Options, folder: string): Promise<number> {
  const { run: validate } = await import('./package/validate.ts');
  return validate(options, [folder]);
}

/** Whatever is wrong with a file is a wrong use, not a failure. */
function asUsage(error: unknown): unknown {
  if (error instanceof CommandError)
    return new CommandError(error.message, {
      exitCode: EXIT.usage,
      ...(error.next ? { next: error.next } : {}),
    });
  return error instanceof Error ? new CommandError(messageOf(error), { exitCode: EXIT.usage }) : error;
}
