import { Text, Title } from '@mantine/core';
import type { ChangeRequest, ChangeReview, Repository } from '@slipway/kinds';
import { Health } from '../../ui/health.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Moment } from '../../ui/moment.tsx';
import { shortName } from './change-state.tsx';
import { Decide } from './decide.tsx';

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
      <Checks change={change} />
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
          </li>
        ))}
      </ul>
    </section>
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

const CHECK_WORDS: Record<string, string> = {
  success: 'Succeeded',
  failure: 'Failed',
  error: 'Error',
  pending: 'Running',
  warning: 'Succeeded',
  skipped: 'Skipped',
};

function Checks({ change: { status } }: { change: ChangeRequest }) {
  const checks = status?.checks ?? [];
  if (checks.length === 0) return null;
  return (
    <section className="section" aria-labelledby="checks">
      <Title order={3} size="h4" id="checks">
        Checks
      </Title>
      <ul className="steps">
        {checks.map(({ id, context, state, description, targetUrl }) => (
          <li key={id}>
            <div className="facts">
              <Health word={CHECK_WORDS[state] ?? 'Unknown'} />
              {targetUrl ? <a href={targetUrl}>{context}</a> : <Text>{context}</Text>}
              <Text size="sm">{description}</Text>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
