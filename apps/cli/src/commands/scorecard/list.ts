import { Scorecard } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';
import { serviceReports, subjectText } from '../../service-reports.ts';

/** Every scorecard, and where each service stands on it. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client } = await connect(options);
  const [{ items }, reports] = await Promise.all([client.list(Scorecard), serviceReports(client)]);
  const scorecards = items.map(({ metadata, spec }) => ({
    name: metadata.name,
    title: spec.title,
    levels: spec.levels.map(each => each.name),
    services: reports.flatMap(report =>
      (report.status?.scorecards ?? [])
        .filter(each => each.scorecard === metadata.name)
        .map(({ level, passed, counted }) => ({ service: subjectText(report), level, passed, counted })),
    ),
  }));
  print(options.output, scorecards, () =>
    columns([
      ['SCORECARD', 'SERVICE', 'LEVEL', 'PASSED'],
      ...scorecards.flatMap(({ name, services }) =>
        services.length === 0
          ? [[name, '-', '-', '-']]
          : services.map(each => [
              name,
              each.service,
              each.level || 'none yet',
              `${each.passed}/${each.counted}`,
            ]),
      ),
    ]),
  );
  return EXIT.done;
}
