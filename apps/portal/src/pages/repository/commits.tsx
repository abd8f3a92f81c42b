import { Code, Text } from '@mantine/core';
import type { Repository } from '@slipway/kinds';
import { Link, useSearch } from '@tanstack/react-router';
import { Moment } from '../../ui/moment.tsx';
import { Problem, Waiting } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { repositoryPath, useGitea } from './gitea.ts';

/** Gitea's Commit, as far as it is shown. */
export interface Commit {
  sha: string;
  commit: { message: string; author: { name: string; email: string; date: string } };
}

const PER_PAGE = 30;

/** Commits of a branch, newest first, a page at a time. */
export function Commits({ repository, branch }: { repository: Repository; branch: string }) {
  const { page: text } = useSearch({ strict: false }) as { page?: number };
  const page = Math.max(1, Number(text) || 1);
  const version = repository.status?.branches?.[branch] ?? '';
  const query = new URLSearchParams({
    sha: branch,
    page: `${page}`,
    limit: `${PER_PAGE}`,
    files: 'false',
    stat: 'false',
  });
  const { data, error } = useGitea<Commit[]>(`${repositoryPath(repository.spec)}/commits?${query}`, version);
  if (error) return <Problem title="The commits could not be read">{error.message}</Problem>;
  if (!data) return <Waiting what="reading commits" />;
  const at = (to: number) => ({ tab: 'commits', ref: branch, page: to }) as never;
  return (
    <>
      <CommitRows commits={data} />
      <div className="facts">
        {page > 1 ? (
          <Link to="." search={at(page - 1)}>
            Newer
          </Link>
        ) : null}
        {data.length === PER_PAGE ? (
          <Link to="." search={at(page + 1)}>
            Older
          </Link>
        ) : null}
      </div>
    </>
  );
}

export function CommitRows({ commits }: { commits: Commit[] }) {
  return (
    <Rows label="Commits" columns={['Commit', 'Author', 'When', 'Id']}>
      {commits.map(({ sha, commit }) => (
        <Row
          key={sha}
          cells={[
            <Text key="subject">{commit.message.split('\n')[0]}</Text>,
            <span key="author" title={commit.author.email}>
              {commit.author.name}
            </span>,
            <Moment key="time" time={commit.author.date} />,
            <Code key="id" title={sha}>
              {sha.slice(0, 10)}
            </Code>,
          ]}
        />
      ))}
    </Rows>
  );
}
