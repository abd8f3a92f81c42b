import { Promotion } from '@slipway/kinds';
import { actAs } from '../../actor.ts';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';
import { reportOf, shortImage } from '../../promotion.ts';

interface Options extends GlobalOptions {
  team: string;
  service?: string;
  open?: boolean;
  tokenFile?: string;
}

/** Promotions of a team, newest first. */
export async function run(options: Options): Promise<number> {
  const client = await actAs(await connect(options), options);
  const { items } = await client.list(Promotion, { namespace: `team-${options.team}` });
  const wanted = items
    .filter(({ spec }) => !options.service || spec.workload === options.service)
    .filter(({ status }) => !options.open || !status?.finishedAt)
    .sort((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp));
  const rows = wanted
    .map(reportOf)
    .map(({ name, service, to, image, phase = 'Pending', promotedBy = '' }) => [
      name,
      service,
      to,
      shortImage(image),
      phase,
      promotedBy,
    ]);
  print(options.output, wanted.map(reportOf), () =>
    rows.length === 0
      ? 'no promotions; make one: slipway service promote NAME'
      : columns([['PROMOTION', 'SERVICE', 'TO', 'IMAGE', 'PHASE', 'BY'], ...rows]),
  );
  return EXIT.done;
}
