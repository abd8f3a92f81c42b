import { Text } from '@mantine/core';
import { TemplateRun } from '@slipway/kinds';
import { Link, useParams } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { createCommand } from '../create/create-command.ts';
import { RunActions } from './run-actions.tsx';
import { RunOutput } from './run-output.tsx';
import { RunStep } from './run-step.tsx';

/** One run, step by step, with its logs; at its end it leads to what it made. */
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
      <Facts run={run} />
      <RunActions run={run} />
      {status?.phase === 'Failed' ? (
        <Problem title="The run failed">{status.message ?? 'No message.'}</Problem>
      ) : null}
      {status?.phase === 'Cancelled' || status?.phase === 'Undone' ? (
        <Text my="md">{status.message}</Text>
      ) : null}
      <ol className="steps">
        {(status?.steps ?? []).map(step => (
          <RunStep key={step.id} step={step} />
        ))}
      </ol>
      <RunOutput run={run} />
      {status?.phase === 'Succeeded' && madeService(run) ? (
        <Text mt="md">
          Done.{' '}
          <Link to={paths.service(namespace, madeService(run) ?? '')}>
            Go to the service {madeService(run)}
          </Link>
        </Text>
      ) : null}
      <SameCommand command={createCommand(namespace, run.spec)} />
      <ShowYaml object={run} />
    </>
  );
}

/** The service among what a run made. */
function madeService({ status }: TemplateRun): string | undefined {
  return status?.inventory?.find(({ kind }) => kind === 'Workload')?.name;
}

function Facts({ run }: { run: TemplateRun }) {
  const { startedAt, finishedAt } = run.status ?? {};
  const by = run.metadata.annotations?.['slipway.dev/created-by'];
  return (
    <div className="facts">
      {by ? <span>by {(JSON.parse(by) as { username?: string }).username}</span> : null}
      <span>
        started <Moment time={startedAt ?? run.metadata.creationTimestamp} />
      </span>
      {finishedAt ? (
        <span>
          ended <Moment time={finishedAt} />
        </span>
      ) : null}
    </div>
  );
}
