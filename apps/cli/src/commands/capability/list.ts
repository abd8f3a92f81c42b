import { CAPABILITY_IDS, capabilityOf, choicesFor } from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

/** The map: each capability with the technologies that run today. */
export async function run(options: GlobalOptions): Promise<number> {
  const all = catalogue();
  const rows = CAPABILITY_IDS.map(id => ({
    id,
    title: capabilityOf(all, id)?.title ?? id,
    technologies: choicesFor(all, id),
  }));
  print(options.output, rows, () =>
    columns([
      ['ID', 'TITLE', 'RUNS TODAY'],
      ...rows.map(row => [row.id, row.title, row.technologies.join(', ') || '-']),
    ]),
  );
  return EXIT.done;
}
