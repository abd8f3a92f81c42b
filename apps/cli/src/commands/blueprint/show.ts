import {
  type Blueprint,
  blueprintFileOf,
  blueprintOf,
  blueprintOfFile,
  bringSource,
  isElsewhere,
  parseSource,
} from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import { stringifyYaml } from '@slipway/render';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { bringing, connectionOf } from '../../package/sources.ts';

interface Options extends GlobalOptions {
  plainHttp?: boolean;
}

/** A blueprint with what it extends, as a definition that names it would have it. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const { id, purpose, document } = await blueprintNamed(name, options);
  const { spec = {} } = document;
  print(options.output, { id, purpose, spec }, () => `# ${purpose}\n${stringifyYaml({ spec }).trimEnd()}`);
  return EXIT.done;
}

async function blueprintNamed(name: string, options: Options): Promise<Blueprint> {
  const all = catalogue();
  const known = blueprintOf(all, name);
  if (known) return known;
  if (!isElsewhere(name))
    throw new CommandError(
      `blueprint ${JSON.stringify(name)}: not known; there are ${all.blueprints.map(({ id }) => id).join(', ')}`,
      { exitCode: EXIT.usage, next: 'name a folder as ./folder, or an address: oci://…, git+https://…' },
    );
  const { files } = await bringSource(
    parseSource(name),
    await bringing(await connectionOf(options), options),
  );
  return blueprintOfFile(blueprintFileOf(files, name), name, all.blueprints);
}
