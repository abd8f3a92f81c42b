import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { EXIT, print } from '../../output.ts';
import { reportOnUsers, type UserReport, userNamed } from '../../user.ts';

/** One person. */
export async function run(options: GlobalOptions, [name = '']: string[]): Promise<number> {
  const connection = await connect(options);
  const [report] = await reportOnUsers(connection, [await userNamed(connection, name)]);
  print(options.output, report, () => (report ? textOf(report) : ''));
  return EXIT.done;
}

function textOf({ name, displayName, email, groups, teams, active, reason, lastSignIn }: UserReport): string {
  return [
    `user       ${name}`,
    `name       ${displayName}`,
    `email      ${email}`,
    `groups     ${groups.join(', ')}`,
    `teams      ${teams.join(', ')}`,
    `state      ${active ? 'active' : reason}`,
    `signed in  ${lastSignIn ?? 'never'}`,
  ].join('\n');
}
