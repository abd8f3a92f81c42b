import { CAPABILITY_IDS, GUIDANCE_ONLY, type MapTechnology } from '@slipway/definition';
import { type Chosen, healthWord, liveMap } from '../../capability-map.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { guidanceText } from '../../guidance-text.ts';
import { CommandError, EXIT, print } from '../../output.ts';

/** One capability: what is chosen for it, and guidance on each technology. */
export async function run(options: GlobalOptions, [id = '']: string[]): Promise<number> {
  const { entries } = await liveMap(options);
  const entry = entries.find(each => each.id === id);
  if (!entry) {
    throw new CommandError(
      `capability ${JSON.stringify(id)}: not on the map; known: ${CAPABILITY_IDS.join(', ')}`,
      { exitCode: EXIT.usage },
    );
  }
  const technologies = entry.technologies.map(({ guidance, ...each }) => ({ ...each, ...guidance }));
  print(options.output, { ...entry, technologies }, () =>
    [
      `${entry.title} (${entry.id}; ${entry.choice === 'one' ? 'one technology' : 'several side by side'})`,
      entry.purpose,
      ...entry.chosen.map(chosenText),
      ...entry.technologies.map(each => `\n${headOf(each)}\n${guidanceText(each.guidance)}`),
    ].join('\n'),
  );
  return EXIT.done;
}

function headOf({ id, title, where }: MapTechnology): string {
  return `${title} (${id}; ${where}${where === GUIDANCE_ONLY ? ' in this version' : ''})`;
}

function chosenText(chosen: Chosen): string {
  const { technology, engine, version, probe, address } = chosen;
  const where = address ? ` at ${address}` : '';
  const api = version === 'unknown' ? '' : `, API of ${version}`;
  return `\nchosen: ${technology} (${engine}${api})${where}: ${healthWord(chosen)}, ${probe}`;
}
