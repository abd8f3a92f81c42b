import { Text } from '@mantine/core';
import type { ChangeRequest } from '@slipway/kinds';
import { Link, useSearch } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { Moment } from '../../ui/moment.tsx';
import { SameCommand, Waiting } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { ChangeState, shortName } from './change-state.tsx';
import { NewChange } from './new-change.tsx';
import './repository.css';
import { RepositoryHead, useChanges, useRepository } from './use-repository.tsx';

const STATES = ['open', 'merged', 'closed', 'all'];
const MOST_ROWS = 200;

/** Proposed changes of a repository, live; `?new=<branch>` proposes another. */
export function ChangesPage() {
  const found = useRepository();
  if ('instead' in found) return found.instead;
  return <Changes repository={found.repository} />;
}

function Changes({ repository }: { repository: Parameters<typeof useChanges>[0] }) {
  const { state = 'open', new: proposed } = useSearch({ strict: false }) as { state?: string; new?: string };
  const changes = useChanges(repository);
  const { owner, name } = repository.spec;
  const shown = (changes ?? []).filter(({ status }) => state === 'all' || status?.state === state);
  return (
    <>
      <RepositoryHead repository={repository} />
      {proposed ? <NewChange repository={repository} head={proposed} /> : null}
      <nav className="tabs section" aria-label="State">
        {STATES.map(each => (
          <Link
            key={each}
            to="."
            search={{ state: each } as never}
            activeOptions={{ exact: true, includeSearch: true }}
            {...(each === state ? { 'aria-current': 'page' } : {})}
          >
            {each.charAt(0).toUpperCase() + each.slice(1)}
          </Link>
        ))}
      </nav>
      {changes ? null : <Waiting what="reading changes" />}
      {changes && shown.length === 0 ? <Nothing repository={repository} state={state} /> : null}
      {shown.length > 0 ? <List changes={shown.slice(0, MOST_ROWS)} /> : null}
      {shown.length > MOST_ROWS ? (
        <Text my="sm">{shown.length - MOST_ROWS} older ones are not listed.</Text>
      ) : null}
      <SameCommand command={`slipway change list ${owner}/${name} --state ${state}`} />
    </>
  );
}

function Nothing({ repository, state }: { repository: Parameters<typeof useChanges>[0]; state: string }) {
  const { namespace = '', name = '' } = repository.metadata;
  if (state !== 'open' && state !== 'all') return <Text my="lg">No change is {state}.</Text>;
  return (
    <Text my="lg">
      Nothing is proposed. Push a branch, then open a change for it{' '}
      <Link to={paths.repository(namespace, name)} search={{ tab: 'branches' } as never}>
        in the list of branches
      </Link>
      .
    </Text>
  );
}

function List({ changes }: { changes: ChangeRequest[] }) {
  return (
    <Rows label="Changes" columns={['Change', 'State', 'From', 'By', 'Updated']}>
      {changes.map(change => {
        const { metadata, spec, status } = change;
        return (
          <Row
            key={metadata.uid}
            cells={[
              <Link key="title" to={paths.change(metadata.namespace ?? '', spec.repository, spec.number)}>
                #{spec.number} {spec.title}
              </Link>,
              <ChangeState key="state" change={change} />,
              <code key="from">
                {spec.head} → {spec.base}
              </code>,
              shortName(status?.author),
              <Moment key="time" time={status?.updatedAt} />,
            ]}
          />
        );
      })}
    </Rows>
  );
}
