import { Code, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { DeliveredApplication } from '../../api/application.ts';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';

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
  const nameOf = ({ metadata }: DeliveredApplication) => `${metadata.namespace}/${metadata.name}`;
  const sorted = [...items].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  return (
    <Rows label="Applications" columns={['Application', 'Team', 'Health', 'Sync', 'Revision', 'Delivered']}>
      {sorted.map(({ metadata, status }) => (
        <Row
          key={metadata.uid}
          cells={[
            <Link key="name" to={paths.delivery(metadata.namespace ?? '', metadata.name ?? '')}>
              {metadata.name}
            </Link>,
            metadata.namespace?.replace(/^team-/, ''),
            <Health key="health" word={status?.health?.status ?? 'Unknown'} />,
            <Health key="sync" word={status?.sync?.status ?? 'Unknown'} />,
            status?.sync?.revision ? <Code key="revision">{status.sync.revision.slice(0, 7)}</Code> : null,
            <Moment key="time" time={status?.history?.at(-1)?.deployedAt} />,
          ]}
        />
      ))}
    </Rows>
  );
}
