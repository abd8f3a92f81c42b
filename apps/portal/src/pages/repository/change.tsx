import { Text } from '@mantine/core';
import { ChangeRequest, type Repository } from '@slipway/kinds';
import { useParams, useSearch } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { ChangeState, shortName } from './change-state.tsx';
import { type Commit, CommitRows } from './commits.tsx';
import { Conversation } from './conversation.tsx';
import { ChangedFiles } from './files.tsx';
import { repositoryPath, useGitea } from './gitea.ts';
import './repository.css';
import { RepositoryHead, useRepository } from './use-repository.tsx';

/** One proposed change: what was said, its commits, the difference, and the way to decide. */
export function ChangePage() {
  const found = useRepository();
  if ('instead' in found) return found.instead;
  return <OneChange repository={found.repository} />;
}

function OneChange({ repository }: { repository: Repository }) {
  const { namespace, name, number } = useParams({ strict: false }) as Record<string, string>;
  const { items, error } = useLive(ChangeRequest, { namespace: namespace ?? '', name: `${name}.${number}` });
  const { tab = 'conversation' } = useSearch({ strict: false }) as { tab?: string };
  const change = items?.[0];
  const { owner, name: path } = repository.spec;
  return (
    <>
      <RepositoryHead repository={repository} />
      {error ? <Problem title="The change could not be read">{error}</Problem> : null}
      {items || error ? null : <Waiting what="reading the change" />}
      {items && !change?.status ? (
        <Problem title={`There is no change #${number}`}>The list of changes has all there are.</Problem>
      ) : null}
      {change?.status ? (
        <>
          <Head change={change} />
          <Tabs
            label="Change"
            chosen={tab}
            tabs={[
              { id: 'conversation', label: 'Conversation' },
              { id: 'commits', label: `Commits (${change.status.commits})` },
              { id: 'files', label: `Files (${change.status.changedFiles})` },
            ]}
          />
          {tab === 'conversation' ? <Conversation repository={repository} change={change} /> : null}
          {tab === 'commits' ? <ChangeCommits repository={repository} change={change} /> : null}
          {tab === 'files' ? <ChangedFiles repository={repository} change={change} /> : null}
          <SameCommand command={`slipway change show ${owner}/${path} ${number}`} />
          <ShowYaml object={change} />
        </>
      ) : null}
    </>
  );
}

function Head({ change }: { change: ChangeRequest }) {
  const { spec, status } = change;
  return (
    <section className="section change-head" aria-label="About">
      <h2>
        #{spec.number} {spec.title}
      </h2>
      <div className="facts">
        <ChangeState change={change} />
        <code>
          {spec.head} → {spec.base}
        </code>
        <Text>
          by {shortName(status?.author)} <Moment time={status?.openedAt} />
        </Text>
        <Text>
          <span className="plus">+{status?.additions}</span>{' '}
          <span className="minus">−{status?.deletions}</span>
        </Text>
        {status?.state === 'merged' ? (
          <Text>
            merged by {shortName(status.mergedBy)} <Moment time={status.mergedAt} /> as{' '}
            <code title={status.mergeCommit}>{status.mergeCommit?.slice(0, 10)}</code>
          </Text>
        ) : null}
      </div>
    </section>
  );
}

function ChangeCommits({ repository, change }: { repository: Repository; change: ChangeRequest }) {
  const path = `${repositoryPath(repository.spec)}/pulls/${change.spec.number}/commits?limit=50`;
  const { data, error } = useGitea<Commit[]>(path, change.status?.headRevision);
  if (error) return <Problem title="The commits could not be read">{error.message}</Problem>;
  if (!data) return <Waiting what="reading commits" />;
  return <CommitRows commits={data} />;
}
