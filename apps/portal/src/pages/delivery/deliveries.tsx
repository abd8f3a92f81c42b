import { Code, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { DeliveredApplication } from '../../api/application.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { wantedApplications } from './find-applications.ts';
import { EVERYTHING, Finder } from './finder.tsx';
import './delivery.css';

/** So many are drawn at once; the filter finds the others. */
const MOST = 200;

/** Every application that is delivered: whether what runs is what its source says, and how it is. */
export function DeliveriesPage() {
  const { items, error } = useLive(DeliveredApplication);
  return (
    <>
      <PageTitle>Delivery</PageTitle>
      {error ? <Problem title="The applications could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="reading applications" />}
      {items?.length === 0 ? (
        <Text my="lg">
          Nothing is delivered yet. <Link to={paths.create()}>Create a service</Link>: each of its
          environments is an application here.
        </Text>
      ) : null}
      {items && items.length > 0 ? <Applications items={items} /> : null}
      <SameCommand command="kubectl get applications --all-namespaces" />
    </>
  );
}

function Applications({ items }: { items: DeliveredApplication[] }) {
  const [filter, setFilter] = useState(EVERYTHING);
  const wanted = useMemo(() => wantedApplications(items, filter), [items, filter]);
  return (
    <>
      <Finder value={filter} onChange={setFilter} placeholder="name, team or repository">
        <span className="quiet" role="status">
          {`${wanted.length} of ${items.length}`}
          {wanted.length > MOST ? `; the first ${MOST} are shown` : ''}
        </span>
      </Finder>
      <Rows label="Applications" columns={['Application', 'Team', 'Health', 'Sync', 'Revision', 'Delivered']}>
        {wanted.slice(0, MOST).map(application => (
          <ApplicationRow key={application.metadata.uid} application={application} />
        ))}
      </Rows>
    </>
  );
}

function ApplicationRow({ application: { metadata, status } }: { application: DeliveredApplication }) {
  const revision = status?.sync?.revision ?? status?.sync?.revisions?.[0];
  return (
    <Row
      cells={[
        <Link key="name" to={paths.delivery(metadata.namespace ?? '', metadata.name ?? '')}>
          {metadata.name}
        </Link>,
        metadata.namespace?.replace(/^team-/, ''),
        <Health key="health" word={status?.health?.status ?? 'Unknown'} />,
        <Health key="sync" word={status?.sync?.status ?? 'Unknown'} />,
        revision ? <Code key="revision">{revision.slice(0, 7)}</Code> : null,
        <Moment key="time" time={status?.history?.at(-1)?.deployedAt} />,
      ]}
    />
  );
}
