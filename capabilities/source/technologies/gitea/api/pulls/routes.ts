import type { ApiRoute } from '../route-table.ts';
import { getDiff, listCommits, listFiles } from './files.ts';
import { mergePull } from './merge.ts';
import { getPull, getPullOfBranches, isMerged, listPulls } from './read.ts';
import { requestReviews, withdrawRequests } from './review-requests.ts';
import {
  createReview,
  dismissReview,
  getReview,
  listReviewComments,
  listReviews,
  undismissReview,
} from './reviews.ts';
import { runPull } from './run.ts';
import { updatePull } from './update.ts';
import { createPull, editPull } from './write.ts';

const PULLS = '/repos/:owner/:repo/pulls';

/** Pull requests, in Gitea's words; ours are ChangeRequest objects. The last ones fit nearly everything. */
export const PULL_ROUTES: ApiRoute[] = [
  ['GET', PULLS, listPulls],
  ['POST', PULLS, createPull],
  ['GET', `${PULLS}/:index/merge`, isMerged],
  ['POST', `${PULLS}/:index/merge`, mergePull],
  ['POST', `${PULLS}/:index/update`, updatePull],
  ['POST', `${PULLS}/:index/run`, runPull],
  ['GET', `${PULLS}/:index/files`, listFiles],
  ['GET', `${PULLS}/:index/commits`, listCommits],
  ['GET', `${PULLS}/:index/reviews`, listReviews],
  ['POST', `${PULLS}/:index/reviews`, createReview],
  ['GET', `${PULLS}/:index/reviews/:id`, getReview],
  ['GET', `${PULLS}/:index/reviews/:id/comments`, listReviewComments],
  ['POST', `${PULLS}/:index/reviews/:id/dismissals`, dismissReview],
  ['POST', `${PULLS}/:index/reviews/:id/undismissals`, undismissReview],
  ['POST', `${PULLS}/:index/requested_reviewers`, requestReviews],
  ['DELETE', `${PULLS}/:index/requested_reviewers`, withdrawRequests],
  ['GET', `${PULLS}/:index.:format`, getDiff],
  ['GET', `${PULLS}/:index`, getPull],
  ['PATCH', `${PULLS}/:index`, editPull],
  ['GET', `${PULLS}/:base/*head`, getPullOfBranches],
];
