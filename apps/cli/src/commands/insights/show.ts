import type { DeliveryEvent, EnvironmentDelivery } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import { groupedText, MEASURES, measureCells } from '../../delivery-text.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';
import { serviceReport, subjectText } from '../../service-reports.ts';

/** DORA's five measures of one service, environment by environment, with the events they come from. */
export async function run(options: GlobalOptions, [name = '']: string[]): Promise<number> {
  const { client } = await connect(options);
  const report = await serviceReport(client, name);
  const delivery = report.status?.delivery ?? [];
  print(options.output, { service: subjectText(report), environments: delivery }, () =>
    delivery.map(environmentText).join('\n\n'),
  );
  return EXIT.done;
}

function environmentText({ name, production, since, measures, events }: EnvironmentDelivery): string {
  const [, rate = '', recovery = '', ...instability] = measureCells(measures);
  const recovered = measures.failingSince ? recovery : groupedText(measures.recoverySeconds);
  const cells = [groupedText(measures.leadTimeSeconds), rate, recovered, ...instability];
  const table = MEASURES.map((title, index) => [`  ${title.toLowerCase()}`, cells[index] ?? '']);
  return [
    `${name}${production ? ' (production)' : ''}, known since ${since}`,
    columns(table),
    ...(events.length > 0 ? ['  events'] : []),
    ...events.slice(-20).map(event => `    ${event.at}  ${eventText(event)}`),
  ].join('\n');
}

function eventText(event: DeliveryEvent): string {
  if (event.type === 'recovery') return 'healthy again';
  if (event.type === 'failure') return `failed: ${event.message}`;
  const what = event.rollback ? 'rolled back to' : 'deployed';
  return `${what} ${event.revision?.slice(0, 10) ?? 'an unknown revision'}`;
}
