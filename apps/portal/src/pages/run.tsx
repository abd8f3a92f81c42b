import { Code, Text } from '@mantine/core';
import { TemplateRun } from '@slipway/kinds';
import { Link, useParams } from '@tanstack/react-router';
import { useLive } from '../api/live.ts';
import { paths } from '../paths.ts';
import { Health } from '../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../ui/notice.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { createCommand } from './create-command.ts';

type Step = NonNullable<NonNullable<TemplateRun['status']>['steps']>[number];

/** One run, step by step, with its logs; at its end it leads to the service. */
export function RunPage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { items, error } = useLive(TemplateRun, { namespace, name });
  const run = items?.[0];
  if (error) return <Problem title="The run could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the run" />;
  if (!run) return <Problem title={`There is no run ${name}`}>It may have been removed.</Problem>;
  const { status } = run;
  const service = String(run.spec.values.name ?? '');
  return (
    <>
      <PageTitle beside={<Health word={status?.phase ?? 'Pending'} />}>
        {`${run.spec.template}: ${service || name}`}
      </PageTitle>
      {status?.phase === 'Failed' ? (
        <Problem title="The run failed">{status.message ?? 'No message.'}</Problem>
      ) : null}
      <ol className="steps">
        {(status?.steps ?? []).map(step => (
          <RunStep key={step.id} step={step} />
        ))}
      </ol>
      {status?.phase === 'Succeeded' && service ? (
        <Text mt="md">
          Done. <Link to={paths.service(namespace, service)}>Go to the service {service}</Link>
        </Text>
      ) : null}
      <SameCommand command={createCommand(namespace, run.spec)} />
    </>
  );
}

function RunStep({ step }: { step: Step }) {
  return (
    <li>
      <div className="facts">
        <Health word={step.phase} />
        <Text>{step.name || step.id}</Text>
        <Code>{step.action}</Code>
      </div>
      {step.message ? <Text size="sm">{step.message}</Text> : null}
      {step.log && step.log.length > 0 ? (
        <Code block className="log" tabIndex={0} role="region" aria-label={`Log of ${step.name || step.id}`}>
          {step.log.join('\n')}
        </Code>
      ) : null}
    </li>
  );
}
