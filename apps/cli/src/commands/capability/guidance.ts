import { GUIDANCE_ONLY, KNOWN_TECHNOLOGIES, knownTechnology, whereOf } from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { guidanceText } from '../../guidance-text.ts';
import { CommandError, EXIT, print } from '../../output.ts';

/** Guidance on one technology, whether it runs or not. */
export async function run(options: GlobalOptions, [id = '']: string[]): Promise<number> {
  const all = catalogue();
  const found = knownTechnology(all, id);
  if (!found) {
    const known = [...new Set([...all.technologies, ...KNOWN_TECHNOLOGIES].map(each => each.id))];
    throw new CommandError(`technology ${JSON.stringify(id)}: not known; known: ${known.sort().join(', ')}`, {
      exitCode: EXIT.usage,
    });
  }
  const { title, capabilities, guidance } = found;
  const where = whereOf(all, id);
  print(options.output, { id, title, capabilities, runs: where !== GUIDANCE_ONLY, where, ...guidance }, () =>
    [
      `${title} (${id}; ${where})`,
      `  ${'serves'.padEnd(12)}${capabilities.join(', ')}`,
      guidanceText(guidance),
    ].join('\n'),
  );
  return EXIT.done;
}
