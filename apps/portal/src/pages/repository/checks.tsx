import { Button, Text, Title } from '@mantine/core';
import type { ChangeRequest, Check, Repository } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { Health } from '../../ui/health.tsx';
import { Problem, SameCommand } from '../../ui/notice.tsx';
import { useWriting } from '../promotion/use-writing.ts';
import { callGitea, repositoryPath } from './gitea.ts';

const WORDS: Record<string, string> = {
  success: 'Succeeded',
  failure: 'Failed',
  error: 'Error',
  pending: 'Running',
  warning: 'Succeeded',
  skipped: 'Skipped',
};

interface Props {
  repository: Repository;
  change: ChangeRequest;
}

/** What machines found out about the head; pipelines run for it by themselves. */
export function Checks({ repository, change }: Props) {
  const { checks = [], run, state } = change.status ?? {};
  if (checks.length === 0) return null;
  const isWaiting = run !== undefined && !run.allowed;
  return (
    <section className="section" aria-labelledby="checks">
      <Title order={3} size="h4" id="checks">
        Checks
      </Title>
      <ul className="steps">
        {checks.map(check => (
          <li key={check.id}>
            <div className="facts">
              <Health word={isWaiting && isOurs(check) ? 'Waiting' : (WORDS[check.state] ?? 'Unknown')} />
              <CheckName check={check} />
              <Text size="sm">{check.description}</Text>
            </div>
          </li>
        ))}
      </ul>
      {state === 'open' && checks.some(isOurs) ? (
        <RunButton repository={repository} change={change} isWaiting={isWaiting} />
      ) : null}
    </section>
  );
}

/** What a service's own pipeline reported, not somebody's tool. */
function isOurs({ context }: Check): boolean {
  return context.startsWith('pipeline/');
}

function CheckName({ check: { context, targetUrl } }: { check: Check }) {
  if (!targetUrl) return <Text>{context}</Text>;
  const url = URL.parse(targetUrl);
  if (url?.origin === location.origin) return <Link to={url.pathname}>{context}</Link>;
  return <a href={targetUrl}>{context}</a>;
}

function RunButton({ repository, change, isWaiting }: Props & { isWaiting: boolean }) {
  const { busy, failure, write } = useWriting(() => {});
  const { owner, name } = repository.spec;
  const { number } = change.spec;
  // What was looked at is what runs: a push in between is told.
  const run = () =>
    callGitea(`${repositoryPath(repository.spec)}/pulls/${number}/run`, {
      method: 'POST',
      body: { commit_id: change.status?.headRevision },
    });
  return (
    <div className="decide">
      {isWaiting ? (
        <Text size="sm">
          Its author may not push to this repository, and a pipeline acts with the team’s rights and secrets:
          look at the files first.
        </Text>
      ) : null}
      <div>
        <Button variant="default" loading={busy} onClick={() => write(run)}>
          {isWaiting ? 'Run the pipeline' : 'Run again'}
        </Button>
      </div>
      {failure ? <Problem title="It was not run">{failure}</Problem> : null}
      <SameCommand command={`slipway change run ${owner}/${name} ${number}`} />
    </div>
  );
}
