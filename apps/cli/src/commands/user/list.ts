import { User } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';
import { reportOnUsers } from '../../user.ts';

/** Everybody who may sign in, and those who may not any more. */
export async function run(options: GlobalOptions): Promise<number> {
  const connection = await connect(options);
  const { items } = await connection.client.list(User);
  const reports = await reportOnUsers(connection, items);
  print(options.output, reports, () =>
    columns([
      ['USER', 'NAME', 'GROUPS', 'TEAMS', 'STATE', 'LAST SIGN-IN'],
      ...reports.map(each => [
        each.name,
        each.displayName,
        each.groups.join(', '),
        each.teams.join(', '),
        each.active ? 'active' : (each.reason ?? ''),
        each.lastSignIn ?? 'never',
      ]),
    ]),
  );
  return EXIT.done;
}
