import { Code, Group, Text, Title } from '@mantine/core';
import { TemplateRun } from '@slipway/kinds';
import { Link, useParams } from '@tanstack/react-router';
import { useLive } from '../api/live.ts';
import { paths } from '../paths.ts';
import { Health } from '../ui/health.tsx';
import { Problem, SameCommand, Waiting } from '../ui/notice.tsx';

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
      <Group mb="md">
        <Title order={1} size="h2">
          {run.spec.template}: {service || name}
        </Title>
        <Health word={status?.phase ?? 'Pending'} />
      </Group>
      {status?.phase === 'Failed' ? (
        <Problem title="The run failed">{status.message ?? 'No message.'}</Problem>
      ) : null}
      <ol className="steps">
        {(status?.steps ?? []).map(step => (
          <li key={step.id}>
            <Group gap="sm">
              <Health word={step.phase} />
              <Text>{step.name || step.id}</Text>
              <Code>{step.action}</Code>
            </Group>
            {step.message ? <Text size="sm">{step.message}</Text> : null}
            {step.log && step.log.length > 0 ? (
              <Code block className="log">
                {step.log.join('\n')}
              </Code>
            ) : null}
          </li>
        ))}
      </ol>
      {status?.phase === 'Succeeded' && service ? (
        <Text mt="md">
          Done. <Link to={paths.service(namespace, service)}>Go to the service {service}</Link>
        </Text>
      ) : null}
      <SameCommand command={`kubectl get templaterun ${name} -n ${namespace} -o yaml`} />
    </>
  );
}
