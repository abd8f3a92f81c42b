import { Button, Text } from '@mantine/core';
import { Workload, type WorkloadEnvironment } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../api/live.ts';
import { paths } from '../paths.ts';
import { Health } from '../ui/health.tsx';
import { Moment } from '../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../ui/notice.tsx';
import { PageTitle } from '../ui/page-title.tsx';
import { Row, Rows } from '../ui/rows.tsx';
import { Pulse } from './home-pulse.tsx';
import { WaitingForMe } from './home-waiting.tsx';

/** My services, what waits for me, how the platform is. */
export function HomePage() {
  const { items, error } = useLive(Workload);
  const create = (
    <Button component={Link} to={paths.create()} className="end">
      Create a service
    </Button>
  );
  return (
    <>
      <PageTitle beside={create}>Services</PageTitle>
      {error ? <Problem title="The services could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="reading services" />}
      {items?.length === 0 ? <FirstStep /> : null}
      {items && items.length > 0 ? <Services items={items} /> : null}
      <WaitingForMe services={items ?? []} />
      <Pulse />
      <SameCommand command="slipway service list" />
    </>
  );
}

function FirstStep() {
  return (
    <div className="first-step">
      <Text fw={600}>No services yet</Text>
      <Text>
        <Link to={paths.create()}>Create one from a golden path</Link>: it brings a repository, a pipeline,
        environments and a live address. What you have already comes in with{' '}
        <code>slipway service import DIR --name NAME</code>.
      </Text>
    </div>
  );
}

function Services({ items }: { items: Workload[] }) {
  const sorted = [...items].sort((a, b) => (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''));
  return (
    <Rows label="Services" columns={['Service', 'Team', 'Environments', 'Pipeline', 'Last change']}>
      {sorted.map(item => (
        <Row key={item.metadata.uid} cells={cellsOf(item)} />
      ))}
    </Rows>
  );
}

function cellsOf({ metadata, status }: Workload) {
  const { name = '', namespace = '' } = metadata;
  const { pipeline } = status ?? {};
  return [
    <Link key="name" to={paths.service(namespace, name)}>
      {name}
    </Link>,
    namespace.replace(/^team-/, ''),
    <div key="environments" className="lines">
      {(status?.environments ?? []).map(environment => (
        <Environment key={environment.name} environment={environment} />
      ))}
    </div>,
    <Health key="pipeline" word={pipeline?.phase ?? 'Pending'} />,
    <Moment key="change" time={pipeline?.finishedAt ?? pipeline?.startedAt ?? metadata.creationTimestamp} />,
  ];
}

function Environment({ environment }: { environment: WorkloadEnvironment }) {
  const { name, health, healthy, image, url } = environment;
  return (
    <div className="facts">
      <Health word={health ?? (healthy ? 'Healthy' : 'Missing')} />
      {image ? <a href={url}>{name}</a> : name}
    </div>
  );
}
