import { Team } from '@slipway/kinds';
import { actAs } from '../../actor.ts';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions {
  tokenFile?: string;
}

/** The teams of the platform, and who is in each. */
export async function run(options: Options): Promise<number> {
  const client = await actAs(await connect(options), options);
  const { items } = await client.list(Team);
  const rows = items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    members: spec.members ?? [],
    namespaces: status?.namespaces ?? [],
    ready: status?.conditions?.some(({ type, status: word }) => type === 'Ready' && word === 'True') ?? false,
  }));
  print(options.output, rows, () =>
    columns([
      ['TEAM', 'MEMBERS', 'NAMESPACES', 'READY'],
      ...rows.map(row => [
        row.name,
        row.members.join(', ') || 'nobody',
        row.namespaces.join(', '),
        row.ready ? 'yes' : 'no',
      ]),
    ]),
  );
  return EXIT.done;
}
