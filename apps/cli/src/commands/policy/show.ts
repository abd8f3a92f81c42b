import { hasReason } from '@slipway/api';
import { PipelinePolicy, PolicyException, type RequiredStep } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, columns, EXIT, print } from '../../output.ts';

/** One policy with whom it governs; ends with 3 when somebody lacks what it asks for. */
export async function run(options: GlobalOptions, [name = '']: string[]): Promise<number> {
  const { client } = await connect(options);
  const policy = await client.get(PipelinePolicy, { name }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
    throw new CommandError(`policy ${JSON.stringify(name)}: there is none`, { next: 'slipway policy list' });
  });
  const { items } = await client.list(PolicyException);
  const exceptions = items.filter(({ spec }) => spec.policy === name).map(({ spec }) => spec);
  const { spec, status } = policy;
  const services = status?.services ?? [];
  print(options.output, { name, ...spec, services, exceptions }, () =>
    [
      ...(spec.description ? [spec.description, ''] : []),
      ...(spec.steps ?? []).map(stepText),
      ...(spec.checks ?? []).map(check => `check ${check}: success for the revision`),
      '',
      services.length === 0
        ? 'governs nobody'
        : columns([
            ['SERVICE', 'STANDS', 'WHY'],
            ...services.map(({ namespace, name: service, verdict, message = '' }) => [
              `${namespace.replace(/^team-/, '')}/${service}`,
              verdict,
              message.split('\n')[0] ?? '',
            ]),
          ]),
      ...services.flatMap(({ name: service, verdict, message }) =>
        verdict === 'NotMet' ? ['', `${service}: ${message}`] : [],
      ),
    ].join('\n'),
  );
  return services.some(({ verdict }) => verdict === 'NotMet') ? EXIT.unhealthy : EXIT.done;
}

function stepText({ name, action, from, because }: RequiredStep): string {
  const what = [
    ...(name ? [name] : []),
    ...(action ? [`(${action})`] : []),
    ...(from ? [`from ClusterWorkflowTemplate ${from.clusterWorkflowTemplate}/${from.template}`] : []),
  ];
  // A name proves that a step of that name ran, not what it did.
  const limit = name && !action && !from ? '; by its name only: what it does inside is not seen' : '';
  return `step ${what.join(' ')}${because ? `: ${because}` : ''}${limit}`;
}
