import { styleText } from 'node:util';
import { type SecurityFinding, SecurityReport } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';

/** Asks the running platform, and says of each thing what was seen. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client } = await connect(options);
  const { status } = await client.create(SecurityReport, {
    apiVersion: `${SecurityReport.group}/${SecurityReport.version}`,
    kind: SecurityReport.kind,
    metadata: {},
  });
  if (!status) throw new CommandError('the platform gave no report', { next: 'slipway status' });
  print(options.output, status, () => status.findings.map(describe).join('\n'));
  return status.healthy ? EXIT.done : EXIT.unhealthy;
}

function describe({ result, what, how, found, at, advice }: SecurityFinding): string {
  const marks = {
    ok: styleText('green', 'ok     '),
    warn: styleText('yellow', 'warn   '),
    bad: styleText('red', 'bad    '),
    unknown: styleText('yellow', 'unknown'),
  };
  return [
    `${marks[result]}  ${what}`,
    `         ${found}`,
    `         ${at.slice(11, 19)} ${how}`,
    ...(advice ? [`         to do: ${advice}`] : []),
  ].join('\n');
}
