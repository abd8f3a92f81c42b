import { GUIDANCE_ONLY } from '@slipway/definition';
import { healthWord, type LiveEntry, liveMap } from '../../capability-map.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

/** The map: each capability with what is chosen and how it is, what else runs, and what is described. */
export async function run(options: GlobalOptions): Promise<number> {
  const { running, entries } = await liveMap(options);
  const rows = entries.map(rowOf);
  print(options.output, rows, () =>
    columns([
      [
        'ID',
        running ? 'CHOSEN' : 'RUNS EMBEDDED',
        ...(running ? ['HEALTH'] : []),
        'ON A CLUSTER OR EXISTING',
        GUIDANCE_ONLY.toUpperCase(),
      ],
      ...rows.map(row => [
        row.id,
        (running ? row.chosen : row.technologies).join(', ') || '-',
        ...(running ? [row.health || '-'] : []),
        row.elsewhere.join(', ') || '-',
        row.guidanceOnly.join(', ') || '-',
      ]),
    ]),
  );
  return EXIT.done;
}

function rowOf({ id, title, chosen, technologies }: LiveEntry) {
  const described = technologies.filter(({ where }) => where === GUIDANCE_ONLY);
  const elsewhere = technologies.filter(({ runs, where }) => !runs && where !== GUIDANCE_ONLY);
  return {
    id,
    title,
    chosen: chosen.map(each => each.technology),
    health: [...new Set(chosen.map(healthWord))].join(', '),
    technologies: technologies.filter(({ runs }) => runs).map(each => each.id),
    elsewhere: elsewhere.map(each => each.id),
    guidanceOnly: described.map(each => each.id),
  };
}
