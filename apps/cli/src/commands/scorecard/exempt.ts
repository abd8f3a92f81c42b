import { mutate } from '@slipway/client';
import { type Exemption, Scorecard } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions {
  scorecard: string;
  check: string;
  team: string;
  owner: string;
  reason: string;
  until: string;
}

/** Frees a service from a check until a day, for a reason somebody answers for. A second one replaces the first. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const { client } = await connect(options);
  const { check, owner, reason } = options;
  const until = new Date(options.until);
  if (Number.isNaN(until.getTime()) || until.getTime() <= Date.now()) {
    throw new CommandError(
      `--until ${JSON.stringify(options.until)}: a day to come is allowed (2027-01-31)`,
      {
        exitCode: EXIT.usage,
      },
    );
  }
  const service = `${options.team}/${name}`;
  const exemption: Exemption = { check, service, owner, reason, until: until.toISOString() };
  await mutate(client, Scorecard, { name: options.scorecard }, ({ spec }) => {
    const known = spec.levels.flatMap(each => each.checks);
    if (!known.includes(check)) {
      throw new CommandError(`check ${JSON.stringify(check)}: ${options.scorecard} has ${known.join(', ')}`, {
        exitCode: EXIT.usage,
      });
    }
    const others = (spec.exemptions ?? []).filter(each => each.check !== check || each.service !== service);
    spec.exemptions = [...others, exemption];
  });
  print(options.output, exemption, () => `${service} is exempt from ${check} until ${exemption.until}`);
  return EXIT.done;
}
