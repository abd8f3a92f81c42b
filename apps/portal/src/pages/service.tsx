import { Code, Text, Title } from '@mantine/core';
import { Repository, Workload } from '@slipway/kinds';
import { Link, useParams } from '@tanstack/react-router';
import { useLive } from '../api/live.ts';
import { paths } from '../paths.ts';
import { Health } from '../ui/health.tsx';
import { Copyable, Problem, SameCommand, Waiting } from '../ui/notice.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { Row, Rows } from '../ui/rows.tsx';

/** One service: live address, last pipeline, environments side by side. */
export function ServicePage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { items, error } = useLive(Workload, { namespace, name });
  const workload = items?.[0];
  if (error) return <Problem title="The service could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the service" />;
  if (!workload)
    return (
      <Problem title={`There is no service ${name}`}>
        It may still be on its way; this page shows it as soon as it is there.
      </Problem>
    );
  const waiting = workload.status?.conditions?.find(condition => condition.status === 'False');
  return (
    <>
      <PageTitle>{name}</PageTitle>
      {workload.spec.description ? <Text mb="md">{workload.spec.description}</Text> : null}
      {waiting ? <Text mb="md">{waiting.message}</Text> : null}
      <Environments workload={workload} />
      <Pipeline workload={workload} />
      <Clone namespace={namespace} name={workload.spec.repository} />
      <SameCommand command={`slipway service logs ${name} --follow`} />
    </>
  );
}

function Pipeline({ workload }: { workload: Workload }) {
  const pipeline = workload.status?.pipeline;
  return (
    <section className="section">
      <Title order={2} size="h4" mb="xs">
        Pipeline
      </Title>
      <div className="facts">
        <Health word={pipeline?.phase ?? 'Pending'} />
        {pipeline ? <Code>{pipeline.revision.slice(0, 7)}</Code> : null}
        {pipeline ? (
          <Link to={paths.workflow(workload.metadata.namespace ?? '', pipeline.workflow)}>This run</Link>
        ) : null}
        <Link to={paths.pipeline(workload.metadata.namespace ?? '', workload.metadata.name ?? '')}>
          All runs
        </Link>
        {pipeline?.message ? <Text>{pipeline.message}</Text> : null}
      </div>
    </section>
  );
}

function Environments({ workload }: { workload: Workload }) {
  return (
    <Rows label="Environments" columns={['Environment', 'Health', 'Address', 'Image']}>
      {(workload.status?.environments ?? []).map(each => (
        <Row
          key={each.name}
          cells={[
            each.name,
            <div key="health">
              <Health word={each.health ?? (each.healthy ? 'Healthy' : 'Missing')} />
              {each.message ? <Text size="sm">{each.message}</Text> : null}
            </div>,
            each.image ? (
              <a key="address" href={each.url}>
                {each.url}
              </a>
            ) : (
              'nothing runs here yet'
            ),
            each.image ? <Code key="image">{each.image.replace(/^.*@sha256:/, '').slice(0, 12)}</Code> : null,
          ]}
        />
      ))}
    </Rows>
  );
}

function Clone({ namespace, name }: { namespace: string; name: string }) {
  const { items } = useLive(Repository, { namespace });
  const repository = items?.find(item => item.spec.name === name);
  if (!repository) return null;
  const { owner, name: path } = repository.spec;
  return (
    <Copyable
      label="Repository"
      text={`git clone ${location.protocol}//git.${location.host}/${owner}/${path}.git`}
    />
  );
}
