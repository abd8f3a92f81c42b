import { Text, TextInput } from '@mantine/core';
import { ChangeRequest, Repository } from '@slipway/kinds';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';

/** Rows that are drawn; who has more filters. */
const MOST_ROWS = 200;

/** Every repository that the person may read: whose, when pushed to, and what is proposed. */
export function RepositoriesPage() {
  const { items, error } = useLive(Repository);
  const { items: changes } = useLive(ChangeRequest);
  const { q = '' } = useSearch({ strict: false }) as { q?: string };
  const navigate = useNavigate();
  const found = (items ?? [])
    .filter(({ spec }) => `${spec.owner}/${spec.name}`.toLowerCase().includes(q.toLowerCase()))
    .sort((a, b) => (b.status?.pushedAt ?? '').localeCompare(a.status?.pushedAt ?? ''));
  return (
    <>
      <PageTitle>Repositories</PageTitle>
      {error ? <Problem title="The repositories could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="reading repositories" />}
      {items?.length === 0 ? (
        <Text my="lg">
          No repositories yet. <Link to={paths.create()}>Create a service</Link>: it brings one.
        </Text>
      ) : null}
      {items && items.length > 0 ? (
        <>
          <TextInput
            label="Filter"
            value={q}
            maw="20rem"
            mb="md"
            onChange={event => {
              const text = event.currentTarget.value;
              void navigate({ to: '.', search: (text ? { q: text } : {}) as never, replace: true });
            }}
          />
          <List items={found.slice(0, MOST_ROWS)} changes={changes ?? []} />
          {found.length > MOST_ROWS ? (
            <Text my="sm">{found.length - MOST_ROWS} more: filter them.</Text>
          ) : null}
        </>
      ) : null}
      <SameCommand command="kubectl get repositories.source.slipway.dev -A" />
    </>
  );
}

function List({ items, changes }: { items: Repository[]; changes: ChangeRequest[] }) {
  const open = changes.filter(({ status }) => status?.state === 'open');
  return (
    <Rows label="Repositories" columns={['Repository', 'Team', 'Last push', 'Open changes']}>
      {items.map(({ metadata, spec, status }) => {
        const { namespace = '', name = '' } = metadata;
        const mine = open.filter(
          change => change.metadata.namespace === namespace && change.spec.repository === name,
        );
        return (
          <Row
            key={metadata.uid}
            cells={[
              <Link key="name" to={paths.repository(namespace, name)}>
                {spec.name}
              </Link>,
              spec.owner,
              status?.pushedAt ? (
                <span key="push">
                  <Moment time={status.pushedAt} /> by {status.pushedBy}
                </span>
              ) : (
                'never'
              ),
              mine.length > 0 ? (
                <Link key="changes" to={paths.changes(namespace, name)}>
                  {mine.length}
                </Link>
              ) : (
                '0'
              ),
            ]}
          />
        );
      })}
    </Rows>
  );
}
