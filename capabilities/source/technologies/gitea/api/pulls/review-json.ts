import type { ChangeReview, RequestedReviewer } from '@slipway/kinds';
import type { OpenedChange } from '../../change-request/store.ts';
import type { ApiCall } from '../call.ts';
import { urlsOf } from '../content/commit-json.ts';
import { numberOf, userJson } from '../identity.ts';
import type { OpenRepository } from '../repository-access.ts';
import { teamJson } from './pull-json.ts';

/** Gitea's PullReview. Its id is counted within the change. */
export function reviewJson(
  call: ApiCall,
  repository: OpenRepository,
  { spec, status }: OpenedChange,
  review: ChangeReview,
) {
  const pull = `${urlsOf(repository, call.base).html}/pulls/${spec.number}`;
  return {
    id: review.id,
    user: userJson(review.reviewer, call.base),
    team: null,
    state: review.state,
    body: review.body,
    commit_id: review.revision,
    stale: review.revision !== status.headRevision,
    official: review.official,
    dismissed: review.dismissed,
    comments_count: review.comments?.length ?? 0,
    submitted_at: review.submittedAt,
    updated_at: review.submittedAt,
    html_url: `${pull}#review-${review.id}`,
    pull_request_url: pull,
  };
}

/** A review that somebody was asked for and has not written yet. */
export function reviewRequestJson(
  call: ApiCall,
  repository: OpenRepository,
  { spec, status }: OpenedChange,
  { user, group = '' }: RequestedReviewer,
) {
  const pull = `${urlsOf(repository, call.base).html}/pulls/${spec.number}`;
  return {
    id: numberOf(`request ${spec.number} ${user ?? group}`),
    user: user === undefined ? null : userJson(user, call.base),
    team: user === undefined ? teamJson(group) : null,
    state: 'REQUEST_REVIEW',
    body: '',
    commit_id: status.headRevision,
    stale: false,
    official: true,
    dismissed: false,
    comments_count: 0,
    submitted_at: status.openedAt,
    updated_at: status.openedAt,
    html_url: pull,
    pull_request_url: pull,
  };
}
