import { Team } from '@slipway/kinds';
import { actAs } from '../../actor.ts';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, columns, EXIT, print } from '../../output.ts';
import { reportOnTeam, type TeamReport } from '../../team-report.ts';

interface Options extends GlobalOptions {
  tokenFile?: string;
}

/** One team: who is in it, what it runs, what it may do and by which binding. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const client = await actAs(await connect(options), options);
  const team = await client.find(Team, { name });
  if (!team)
    throw new CommandError(`team ${JSON.stringify(name)}: there is none`, { next: 'slipway team list' });
  const report = await reportOnTeam(client, team);
  print(options.output, report, () => textOf(report));
  return EXIT.done;
}

function textOf({ name, members, may, services, rights, message }: TeamReport): string {
  const health = (each: TeamReport['services'][number]) =>
    each.environments.map(environment => `${environment.name} ${environment.health}`).join(', ');
  return [
    `team      ${name}`,
    `members   ${members.join(', ') || 'nobody'}`,
    `may       ${may.join('; ') || 'all that members do, in every environment'}`,
    ...(message ? [`problem   ${message}`] : []),
    '',
    services.length === 0
      ? 'no services; make one: slipway service create'
      : columns([['SERVICE', 'ENVIRONMENTS'], ...services.map(each => [each.name, health(each)])]),
    '',
    columns([
      ['NAMESPACE', 'ROLE', 'WHO'],
      ...rights.map(({ namespace, role, who }) => [namespace, role, who.join(', ') || 'nobody']),
    ]),
  ].join('\n');
}
