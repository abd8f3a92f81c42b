import { Workload } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';
import { serviceOf } from '../../service.ts';

/** Services of all teams, one line for each environment. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client, platform } = await connect(options);
  const { items } = await client.list(Workload);
  const services = items.map(item => serviceOf(item, platform));
  const rows = services.flatMap(service =>
    service.environments.map(each => [
      service.service,
      each.name,
      each.healthy ? 'Healthy' : (each.health ?? 'Missing'),
      each.url,
    ]),
  );
  print(options.output, services, () =>
    rows.length === 0
      ? 'no services yet; make one: slipway service create --name shop --wait'
      : columns([['SERVICE', 'ENVIRONMENT', 'HEALTH', 'URL'], ...rows]),
  );
  return EXIT.done;
}
