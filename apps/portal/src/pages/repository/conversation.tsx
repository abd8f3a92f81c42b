import { Text, Title } from '@mantine/core';
import type { ChangeRequest, ChangeReview, LineComment, Repository } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { Health } from '../../ui/health.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Moment } from '../../ui/moment.tsx';
import { shortName } from './change-state.tsx';
import { Checks } from './checks.tsx';
import { Decide } from './decide.tsx';
import { parseDiff } from './diff-text.ts';
import { Inline } from './difference.tsx';

interface Props {
  repository: Repository;
  change: ChangeRequest;
}

/** What was said and decided, what machines found out, and, as long as it is open, the way to decide. */
export function Conversation({ repository, change }: Props) {
  const { spec, status } = change;
  return (
    <>
      {spec.body ? (
        <section className="section" aria-label="Description">
          <Markdown text={spec.body} level={3} />
        </section>
      ) : (
        <Text my="md">It has no description.</Text>
      )}
      <Reviews reviews={status?.reviews ?? []} head={status?.headRevision ?? ''} />
      <Asked change={change} />
      <Checks repository={repository} change={change} />
      <Decide repository={repository} change={change} />
    </>
  );
}

const WORDS = { APPROVED: 'Approved', REQUEST_CHANGES: 'Changes wanted', COMMENT: 'Comment' };

function Reviews({ reviews, head }: { reviews: ChangeReview[]; head: string }) {
  if (reviews.length === 0) return null;
  return (
    <section className="section" aria-labelledby="reviews">
      <Title order={3} size="h4" id="reviews">
        Reviews
      </Title>
      <ul className="steps">
        {reviews.map(review => (
          <li key={review.id}>
            <div className="facts">
              <Health word={WORDS[review.state]} />
              <Text>
                {shortName(review.reviewer)} <Moment time={review.submittedAt} />
              </Text>
              <code title={review.revision}>{review.revision.slice(0, 10)}</code>
              {review.dismissed ? <Text>dismissed</Text> : null}
              {!review.dismissed && review.revision !== head ? <Text>of an older state</Text> : null}
            </div>
            {review.body ? <Markdown text={review.body} level={4} /> : null}
            {(review.comments ?? []).map(comment => (
              <LineRemark key={comment.id} comment={comment} />
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A remark on a line, with the end of the difference as it was then. */
function LineRemark({ comment: { path, line, side, hunk, body } }: { comment: LineComment }) {
  const lines = parseDiff(hunk).files[0]?.lines ?? [];
  return (
    <div className="remark">
      <Link to="." search={{ tab: 'files' } as never}>
        {path}:{line}
        {side === 'old' ? ' (before)' : ''}
      </Link>
      <div className="difference">
        <table>
          <tbody>
            <Inline lines={lines.filter(({ sign }) => sign !== '@')} />
          </tbody>
        </table>
      </div>
      <Markdown text={body} level={4} />
    </div>
  );
}

/** Who should look at it: by CODEOWNERS, or because somebody asked. */
function Asked({ change: { status } }: { change: ChangeRequest }) {
  const owners = status?.codeOwners ?? [];
  const asked = status?.requestedReviewers ?? [];
  if (status?.state !== 'open' || owners.length + asked.length === 0) return null;
  const names = (list: typeof owners) =>
    list.map(({ user, group }) => (user ? shortName(user) : `group ${group}`)).join(', ');
  return (
    <Text my="md">
      {owners.length > 0 ? `Owners of the files: ${names(owners)}. ` : ''}
      {asked.length > 0 ? `Asked for a review: ${names(asked)}.` : ''}
    </Text>
  );
}
