import { Button, NativeSelect, Text, Textarea, Title } from '@mantine/core';
import type { ChangeRequest, Repository } from '@slipway/kinds';
import { useState } from 'react';
import { usePerson } from '../../api/person.ts';
import { Problem, SameCommand } from '../../ui/notice.tsx';
import { useWriting } from '../promotion/use-writing.ts';
import { callGitea, repositoryPath } from './gitea.ts';

interface Props {
  repository: Repository;
  change: ChangeRequest;
}

/** Review, merge, close; what stands in the way is said before anybody clicks. */
export function Decide({ repository, change }: Props) {
  if (change.status?.state === 'merged') return null;
  if (change.status?.state === 'closed')
    return <StateButton repository={repository} change={change} to="open" />;
  return (
    <>
      <ReviewForm repository={repository} change={change} />
      <Merge repository={repository} change={change} />
    </>
  );
}

const addressOf = ({ repository, change }: Props) =>
  `${repositoryPath(repository.spec)}/pulls/${change.spec.number}`;

function ReviewForm({ repository, change }: Props) {
  const { name: me } = usePerson();
  const [body, setBody] = useState('');
  const { busy, failure, write } = useWriting(() => setBody(''));
  const { headRevision, author } = change.status ?? {};
  const { owner, name } = repository.spec;
  const isMine = author === me;
  // What was looked at is what is approved: a push in between is told, not approved.
  const give = (event: string) =>
    write(() =>
      callGitea(`${addressOf({ repository, change })}/reviews`, {
        method: 'POST',
        body: { event, body, commit_id: headRevision },
      }),
    );
  return (
    <section className="section decide" aria-labelledby="review">
      <Title order={3} size="h4" id="review">
        Your review
      </Title>
      <Textarea
        label="Comment"
        description="Markdown. Needed to comment and to want changes."
        rows={2}
        resize="vertical"
        maxLength={16_384}
        value={body}
        onChange={event => setBody(event.currentTarget.value)}
      />
      <div className="facts">
        {isMine ? null : (
          <Button loading={busy} onClick={() => give('APPROVED')}>
            Approve
          </Button>
        )}
        {isMine ? null : (
          <Button
            variant="default"
            loading={busy}
            disabled={!body.trim()}
            onClick={() => give('REQUEST_CHANGES')}
          >
            Request changes
          </Button>
        )}
        <Button variant="default" loading={busy} disabled={!body.trim()} onClick={() => give('COMMENT')}>
          Comment
        </Button>
      </div>
      {isMine ? <Text size="sm">It is your own change: somebody else approves it.</Text> : null}
      {failure ? <Problem title="The review was not given">{failure}</Problem> : null}
      {isMine ? null : (
        <SameCommand command={`slipway change approve ${owner}/${name} ${change.spec.number}`} />
      )}
    </section>
  );
}

const STYLES = [
  { value: 'merge', label: 'Merge commit' },
  { value: 'squash', label: 'Squash into one commit' },
  { value: 'rebase', label: 'Rebase' },
  { value: 'rebase-merge', label: 'Rebase, then merge commit' },
  { value: 'fast-forward-only', label: 'Fast-forward only' },
];

function Merge({ repository, change }: Props) {
  const [style, setStyle] = useState('merge');
  const { busy, failure, write } = useWriting(() => {});
  const blockers = change.status?.blockedBy ?? [];
  const { owner, name } = repository.spec;
  const merge = () =>
    callGitea(`${addressOf({ repository, change })}/merge`, {
      method: 'POST',
      body: { Do: style, head_commit_id: change.status?.headRevision },
    });
  return (
    <section className="section decide" aria-labelledby="merge">
      <Title order={3} size="h4" id="merge">
        Merge
      </Title>
      {blockers.length > 0 ? (
        <div role="status">
          <Text>It cannot be merged yet:</Text>
          <ul className="blockers">
            {blockers.map(({ reason, message }) => (
              <li key={reason}>{message}</li>
            ))}
          </ul>
        </div>
      ) : (
        <Text role="status">Nothing stands in the way.</Text>
      )}
      {blockers.some(({ reason }) => reason === 'Outdated') ? (
        <UpdateButton repository={repository} change={change} />
      ) : null}
      <NativeSelect
        label="How"
        data={STYLES}
        value={style}
        onChange={event => setStyle(event.currentTarget.value)}
      />
      <div className="facts">
        <Button loading={busy} disabled={blockers.length > 0} onClick={() => write(merge)}>
          Merge
        </Button>
        <StateButton repository={repository} change={change} to="closed" />
      </div>
      {failure ? <Problem title="It was not merged">{failure}</Problem> : null}
      <SameCommand command={`slipway change merge ${owner}/${name} ${change.spec.number} --style ${style}`} />
    </section>
  );
}

/** For rules that ask for a branch which has all of its base. */
function UpdateButton({ repository, change }: Props) {
  const { busy, failure, write } = useWriting(() => {});
  const { head, base } = change.spec;
  const update = () => callGitea(`${addressOf({ repository, change })}/update`, { method: 'POST' });
  return (
    <div>
      <Button variant="default" loading={busy} onClick={() => write(update)}>
        Merge {base} into {head}
      </Button>
      {failure ? <Problem title="The branch stayed as it was">{failure}</Problem> : null}
      <SameCommand command={`git checkout ${head} && git pull --no-rebase origin ${base} && git push`} />
    </div>
  );
}

function StateButton({ repository, change, to }: Props & { to: 'open' | 'closed' }) {
  const { busy, failure, write } = useWriting(() => {});
  const set = () => callGitea(addressOf({ repository, change }), { method: 'PATCH', body: { state: to } });
  return (
    <>
      <Button variant="default" loading={busy} onClick={() => write(set)}>
        {to === 'open' ? 'Open it again' : 'Close without merging'}
      </Button>
      {failure ? <Problem title="It stayed as it was">{failure}</Problem> : null}
    </>
  );
}
