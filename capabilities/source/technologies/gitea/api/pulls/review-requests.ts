import type { RequestedReviewer } from '@slipway/kinds';
import type { ChangeStatus } from '../../change-request/plan.ts';
import { refreshChange } from '../../change-request/refresh.ts';
import {
  type ApiCall,
  ApiError,
  created,
  noContent,
  notFound,
  type Operation,
  unprocessable,
} from '../call.ts';
import { openChange } from './open-change.ts';
import { mayWrite } from './pull-json.ts';
import { reviewRequestJson } from './review-json.ts';

/** Of a change, asked at once. */
const MOST_ASKED = 50;

export interface Requests {
  reviewers: string[];
  team_reviewers: string[];
}

/** Notes who is asked; the author is not, as in Gitea. @throws ApiError 422 for too many, or what is no name */
export function addRequests(status: ChangeStatus, requests: Partial<Requests>): void {
  const wanted = wantedOf(requests).filter(({ user }) => user !== status.author);
  const each = [...(status.requestedReviewers ?? []), ...wanted].map(
    one => [JSON.stringify(one), one] as const,
  );
  const all = [...new Map(each).values()];
  if (all.length > MOST_ASKED) throw unprocessable(`[reviewers]: more than ${MOST_ASKED} are not asked`);
  if (all.length > 0) status.requestedReviewers = all;
}

/** Everybody that a request names. @throws ApiError 422 for what is no name */
export function wantedOf({ reviewers, team_reviewers: teams }: Partial<Requests>): RequestedReviewer[] {
  const names = (list: string[] | undefined, field: string) => {
    const texts: unknown[] = Array.isArray(list) ? list : [];
    if (texts.some(text => typeof text !== 'string' || text === '' || text.length > 253))
      throw unprocessable(`[${field}]: must be names`);
    return texts as string[];
  };
  return [
    ...names(reviewers, 'reviewers').map(user => ({ user })),
    ...names(teams, 'team_reviewers').map(group => ({ group })),
  ];
}

/** `POST …/requested_reviewers`; answers with the requests, as reviews that are still to come. */
export const requestReviews: Operation = async call => {
  const { repository, change } = await edit(call);
  const requests = await call.body<Requests>();
  const { server } = call;
  await server.serially(repository.path, () =>
    refreshChange(server, repository.name, change.spec.number, status => addRequests(status, requests)),
  );
  return created(wantedOf(requests).map(one => reviewRequestJson(call, repository, change, one)));
};

export const withdrawRequests: Operation = async call => {
  const { repository, change } = await edit(call);
  const gone = wantedOf(await call.body<Requests>()).map(one => JSON.stringify(one));
  const { server } = call;
  await server.serially(repository.path, () =>
    refreshChange(server, repository.name, change.spec.number, status => {
      const rest = (status.requestedReviewers ?? []).filter(one => !gone.includes(JSON.stringify(one)));
      status.requestedReviewers = rest;
    }),
  );
  return noContent;
};

async function edit(call: ApiCall) {
  const opened = await openChange(call);
  if (opened.change.status.state !== 'open') throw notFound('the pull request is closed');
  const isAuthor = opened.change.status.author === call.user.username;
  if (!isAuthor && !(await mayWrite(call, opened.repository)))
    throw new ApiError(403, 'only the author, or who may write to the repository, asks for reviews');
  return opened;
}
