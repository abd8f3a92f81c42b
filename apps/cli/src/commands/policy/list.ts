import { type GovernedService, PipelinePolicy } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

/** All policies of pipelines, with how many services stand how. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client } = await connect(options);
  const { items } = await client.list(PipelinePolicy);
  const policies = items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    ...spec,
    services: status?.services ?? [],
  }));
  const count = (services: GovernedService[], verdict: string) =>
    String(services.filter(each => each.verdict === verdict).length);
  const rows = policies.map(({ name, services, description = '' }) => [
    name,
    String(services.length),
    count(services, 'NotMet'),
    count(services, 'Excepted'),
    description,
  ]);
  print(options.output, policies, () =>
    rows.length === 0
      ? 'no policy governs pipelines; kubectl explain pipelinepolicy.spec says how to write one'
      : columns([['POLICY', 'GOVERNS', 'NOT MET', 'EXCEPTED', 'DESCRIPTION'], ...rows]),
  );
  return EXIT.done;
}
