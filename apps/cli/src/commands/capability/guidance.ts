import { GUIDANCE_ONLY, isGuidanceOnly, KNOWN_TECHNOLOGIES, knownTechnology } from '@slipway/definition';
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
  const runs = !isGuidanceOnly(all, id);
  print(options.output, { id, title, capabilities, runs, ...guidance }, () =>
    [
      `${title} (${id})${runs ? '' : `: ${GUIDANCE_ONLY} in this version`}`,
      `  ${'serves'.padEnd(12)}${capabilities.join(', ')}`,
      guidanceText(guidance),
    ].join('\n'),
  );
  return EXIT.done;
}
