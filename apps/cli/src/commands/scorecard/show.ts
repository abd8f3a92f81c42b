import type { CheckResult, ScorecardResult } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';
import { serviceReport, subjectText } from '../../service-reports.ts';

/** Every check of one service: what was found, and what to do. */
export async function run(options: GlobalOptions, [name = '']: string[]): Promise<number> {
  const { client } = await connect(options);
  const report = await serviceReport(client, name);
  const scorecards = report.status?.scorecards ?? [];
  print(options.output, { service: subjectText(report), scorecards }, () =>
    scorecards.map(each => resultText(subjectText(report), each)).join('\n\n'),
  );
  return EXIT.done;
}

function resultText(service: string, { title, level, nextLevel, passed, counted, ...rest }: ScorecardResult) {
  const next = nextLevel ? `, next ${nextLevel}` : '';
  const [first] = rest.history;
  const before = first ? `, ${first.passed}/${first.counted} on ${first.at.slice(0, 10)}` : '';
  const todo = rest.results.filter(({ state }) => state === 'fail' || state === 'unknown');
  return [
    `${title}: ${service} has ${level || 'no level yet'}${next}; ${passed}/${counted} pass${before}`,
    columns([['LEVEL', 'STATE', 'CHECK', 'FOUND'], ...rest.results.map(row)]),
    ...todo.map(each => `  ${each.check}: ${each.fix}`),
  ].join('\n');
}

function row({ level, state, check, found, exemption }: CheckResult): string[] {
  const why = exemption
    ? `${exemption.reason} (${exemption.owner}, until ${exemption.until}); ${found}`
    : found;
  return [level, state, check, why];
}
