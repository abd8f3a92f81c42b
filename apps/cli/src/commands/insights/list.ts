import { connect } from '../../connection.ts';
import { MEASURES, measureCells } from '../../delivery-text.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';
import { serviceReports, subjectText } from '../../service-reports.ts';

/** DORA's five measures of every service in its last environment; services are not ranked, for they are unlike. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client } = await connect(options);
  const services = (await serviceReports(client)).map(report => ({
    service: subjectText(report),
    environments: (report.status?.delivery ?? []).map(({ name, production, measures }) => ({
      name,
      production,
      ...measures,
    })),
  }));
  const rows = services.flatMap(({ service, environments }) =>
    environments.map(each => [
      service,
      each.production ? `${each.name} (production)` : each.name,
      ...measureCells(each),
    ]),
  );
  print(options.output, services, () =>
    rows.length === 0
      ? 'no services yet; make one: slipway service create --name shop --wait'
      : columns([['SERVICE', 'ENVIRONMENT', ...MEASURES], ...rows]),
  );
  return EXIT.done;
}
