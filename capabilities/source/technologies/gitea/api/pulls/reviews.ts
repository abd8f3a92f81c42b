import { timestamp } from '@slipway/api';
import type { ChangeReview, LineComment, ReviewState } from '@slipway/kinds';
import { mayChange } from '../../access.ts';
import { recordChange } from '../../audit.ts';
import { protectionFor } from '../../branch-protection/guard.ts';
import type { ChangeStatus } from '../../change-request/plan.ts';
import { refreshChange } from '../../change-request/refresh.ts';
import { type ApiCall, ApiError, notFound, type Operation, ok, paged, unprocessable } from '../call.ts';
import { deny } from './deny.ts';
import { commentJson, type NewComment, readComments } from './line-comments.ts';
import { type OpenChange, openChange } from './open-change.ts';
import { mayWrite } from './pull-json.ts';
import { reviewJson } from './review-json.ts';

/** Of one change; comments count too. */
const MOST_REVIEWS = 500;
const MOST_BODY = 16_384;
/** Of all reviews of a change together: they are one object's. */
const MOST_BYTES = 768 * 1024;

/** Gitea's events; the words of GitHub are taken as well. */
const EVENTS: Record<string, ReviewState> = {
  APPROVED: 'APPROVED',
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'REQUEST_CHANGES',
  COMMENT: 'COMMENT',
};

export const listReviews: Operation = async call => {
  const { repository, change } = await openChange(call);
  const reviews = change.status.reviews ?? [];
  return paged(
    call,
    reviews.map(review => reviewJson(call, repository, change, review)),
  );
};

export const getReview: Operation = async call => {
  const opened = await openChange(call);
  return ok(reviewJson(call, opened.repository, opened.change, reviewOf(call, opened)));
};

/** Remarks on lines; they are written with their review. */
export const listReviewComments: Operation = async call => {
  const opened = await openChange(call);
  const review = reviewOf(call, opened);
  const { repository, change } = opened;
  return paged(
    call,
    (review.comments ?? []).map(comment => commentJson(call, repository, change, { review, comment })),
  );
};

function reviewOf(call: ApiCall, { change }: OpenChange): ChangeReview {
  const found = (change.status.reviews ?? []).find(({ id }) => String(id) === call.params.id);
  if (!found) throw notFound();
  return found;
}

interface ReviewOptions {
  event: string;
  body: string;
  commit_id: string;
  comments: unknown[];
}

/** `POST …/pulls/{index}/reviews`: approve, request changes, or say something. */
export const createReview: Operation = async call => {
  const opened = await openChange(call);
  const { repository, change } = opened;
  const options = await call.body<ReviewOptions>();
  const state = EVENTS[options.event ?? ''];
  if (options.event === 'PENDING' || options.event === '')
    throw unprocessable('[event]: PENDING: not supported: a review is written at once');
  if (!state)
    throw unprocessable(
      `[event]: ${JSON.stringify(options.event ?? '')}: must be ${Object.keys(EVENTS).join(', ')}`,
    );
  const body = options.body ?? '';
  if (body.length > MOST_BODY) throw unprocessable(`[Body]: MaxSize(${MOST_BODY})`);
  const comments = await readComments(call, opened, options.comments);
  if (state !== 'APPROVED' && body.trim() === '' && comments.length === 0)
    throw unprocessable(`review event ${state} requires a body or a comment`);
  await checkReviewer(call, opened, state);
  const { headRevision } = change.status;
  const revision = options.commit_id || headRevision;
  if (revision !== headRevision)
    throw new ApiError(409, `head out of date: ${revision} is not what the change is now`);
  const written = await write(call, opened, { state, body, revision, comments });
  return ok(reviewJson(call, repository, change, written));
};

/** @throws ApiError as Gitea for one's own change and for closed ones, 403 without the right */
async function checkReviewer(
  call: ApiCall,
  { repository, change }: OpenChange,
  state: ReviewState,
): Promise<void> {
  const { server, user } = call;
  const { owner } = repository.name;
  if (change.status.state !== 'open' && state !== 'COMMENT')
    throw unprocessable('only open PRs can be reviewed');
  const right = state === 'COMMENT' ? 'open' : 'approve';
  if (!(await mayChange(server, user, right, owner))) {
    const words = {
      open: 'comment (create changerequests.source.slipway.dev)',
      approve: 'decide about changes (create approvals.slipway.dev)',
    };
    const message = `user "${user.username}" may not ${words[right]}`;
    const what = { verb: 'review' as const, number: change.spec.number, detail: state };
    await deny(call, repository, what, { status: 403, message });
  }
  if (state === 'COMMENT') return;
  if (change.status.author !== user.username) return;
  const protection = await protectionFor(server, repository.name, change.spec.base);
  if (state === 'APPROVED' && protection?.allowAuthorApproval) return;
  const what = state === 'APPROVED' ? 'approve' : 'reject';
  const hint =
    state === 'APPROVED'
      ? '; somebody else has to (a BranchProtection with allowAuthorApproval: true allows it)'
      : '';
  throw unprocessable(`${what} your own pull is not allowed${hint}`);
}

interface NewReview {
  state: ReviewState;
  body: string;
  revision: string;
  comments: NewComment[];
}

async function write(
  call: ApiCall,
  { repository, change }: OpenChange,
  { state, body, revision, comments }: NewReview,
): Promise<ChangeReview> {
  const { server, user } = call;
  const { number } = change.spec;
  const action = { name: repository.name, user, request: call.request };
  await recordChange(server, action, { verb: 'review', number, detail: `${state} ${revision}` });
  let written: ChangeReview | undefined;
  const review = (status: ChangeStatus): ChangeReview => ({
    id: Math.max(0, ...(status.reviews ?? []).map(({ id }) => id)) + 1,
    reviewer: user.username,
    groups: user.groups.filter(group => !group.startsWith('system:')).slice(0, 50),
    state,
    body,
    revision,
    official: state !== 'COMMENT',
    dismissed: false,
    submittedAt: timestamp(server.clock.now()),
    ...(comments.length > 0 ? { comments: numbered(status, comments) } : {}),
  });
  await server.serially(repository.path, () =>
    refreshChange(server, repository.name, number, status => {
      if ((status.reviews ?? []).length >= MOST_REVIEWS)
        throw unprocessable(`a change has at most ${MOST_REVIEWS} reviews; close it and open another`);
      if (status.headRevision !== revision && state === 'APPROVED')
        throw new ApiError(409, 'head out of date');
      written = review(status);
      const reviews = [...(status.reviews ?? []), written];
      if (JSON.stringify(reviews).length > MOST_BYTES)
        throw unprocessable('all that was said of this change is too long; close it and open another');
      status.reviews = reviews;
    }),
  );
  if (!written) throw notFound();
  return written;
}

function numbered({ reviews = [] }: ChangeStatus, comments: NewComment[]): LineComment[] {
  const known = reviews.flatMap(each => each.comments ?? []).map(({ id }) => id);
  const last = Math.max(0, ...known);
  return comments.map((comment, at) => ({ id: last + 1 + at, ...comment }));
}

/** `POST …/reviews/{id}/dismissals` and `/undismissals`: by who may write to the repository. */
export const dismissReview: Operation = call => setDismissed(call, true);
export const undismissReview: Operation = call => setDismissed(call, false);

async function setDismissed(call: ApiCall, dismissed: boolean) {
  const opened = await openChange(call);
  const { repository, change } = opened;
  const { server, user } = call;
  const review = reviewOf(call, opened);
  if (!(await mayWrite(call, repository))) throw new ApiError(403, 'Must be repo admin');
  if (review.state === 'COMMENT')
    throw new ApiError(
      403,
      'not need to dismiss this review because it’s type is not Approve or change request',
    );
  const action = { name: repository.name, user, request: call.request };
  const detail = `${dismissed ? 'dismiss' : 'restore'} review ${review.id}`;
  await recordChange(server, action, { verb: 'review', number: change.spec.number, detail });
  const after = await server.serially(repository.path, () =>
    refreshChange(server, repository.name, change.spec.number, status => {
      for (const one of status.reviews ?? []) if (one.id === review.id) one.dismissed = dismissed;
    }),
  );
  return ok(reviewJson(call, repository, after ?? change, { ...review, dismissed }));
}
