import type { ChangeReview, LineComment } from '@slipway/kinds';
import { runGit } from '@slipway/sources';
import { hunkUpTo, type LinePlace } from '../../change-request/diff-hunk.ts';
import type { OpenedChange } from '../../change-request/store.ts';
import { changedFiles } from '../../git/changed-files.ts';
import { type ApiCall, unprocessable } from '../call.ts';
import { urlsOf } from '../content/commit-json.ts';
import { userJson } from '../identity.ts';
import type { OpenRepository } from '../repository-access.ts';
import type { OpenChange } from './open-change.ts';

/** Gitea's CreatePullReviewComment; a position is a line of the file as it becomes, or as it was. */
export interface CommentOptions {
  path: string;
  body: string;
  new_position: number;
  old_position: number;
}

/** What is written with a review, before it has a number. */
export type NewComment = Omit<LineComment, 'id'>;

/** Of one review. */
const MOST_COMMENTS = 50;
const MOST_BODY = 16_384;
/** Of the difference of one file. */
const MOST_DIFF = 8 * 1024 * 1024;
const TIMEOUT_MS = 20_000;
/** All of a file stands around what differs in it, so that each of its lines can be spoken of. */
const WHOLE_FILE = '-U1000000';

/** Reads the remarks of a review. @throws ApiError 422 for what is no line of a changed file */
export async function readComments(
  call: ApiCall,
  { repository, change }: OpenChange,
  given: unknown,
): Promise<NewComment[]> {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw unprocessable('[comments]: must be a list');
  if (given.length > MOST_COMMENTS) throw unprocessable(`[comments]: more than ${MOST_COMMENTS} at once`);
  if (given.length === 0) return [];
  const { mergeBase, headRevision } = change.status;
  const range: [string, string] = [mergeBase, headRevision];
  const env = call.server.gitEnv;
  const changed = await changedFiles(repository.path, range, env).catch(() => {
    throw unprocessable('[comments]: the change has too many files to speak of single lines');
  });
  const diffs = new Map<string, Promise<string>>();
  return Promise.all(
    (given as Partial<CommentOptions>[]).map(async options => {
      const { path, body, ...place } = checked(options);
      const file = changed.find(each => each.path === path);
      if (!file) throw unprocessable(`[path]: ${JSON.stringify(path)}: the change does not touch it`);
      const diff = diffs.get(path) ?? diffOf(repository.path, { range, file, env });
      diffs.set(path, diff);
      const hunk = hunkUpTo(await diff, place);
      const where = `${place.side === 'new' ? 'new' : 'old'}_position`;
      if (hunk === undefined) throw unprocessable(`[${where}]: ${path} has no line ${place.line} there`);
      return { path, body, ...place, hunk: hunk.slice(0, 4_000) };
    }),
  );
}

function checked(options: Partial<CommentOptions>): LinePlace & { path: string; body: string } {
  const { path, body, new_position: after = 0, old_position: before = 0 } = options ?? {};
  if (typeof path !== 'string' || path === '') throw unprocessable('[path]: Required');
  if (typeof body !== 'string' || body.trim() === '') throw unprocessable('[body]: Required');
  if (body.length > MOST_BODY) throw unprocessable(`[Body]: MaxSize(${MOST_BODY})`);
  const isLine = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
  if (!isLine(after) || !isLine(before)) throw unprocessable('[new_position]: must be the number of a line');
  // Gitea takes the old one where both are given.
  const place: LinePlace = before > 0 ? { side: 'old', line: before } : { side: 'new', line: after };
  if (place.line === 0)
    throw unprocessable('[new_position]: or old_position is required: a line, counted from 1');
  return { path, body, ...place };
}

async function diffOf(
  repository: string,
  {
    range,
    file,
    env,
  }: { range: string[]; file: { path: string; from?: string }; env: Record<string, string> },
): Promise<string> {
  const paths = file.from ? [file.from, file.path] : [file.path];
  // Programs that a repository's attributes name are not run.
  const options = ['--no-color', '--no-ext-diff', '--no-textconv', '-M', WHOLE_FILE];
  const args = ['--git-dir', repository, '--literal-pathspecs', 'diff', ...options, ...range, '--', ...paths];
  const limits = { env, maxOutputBytes: MOST_DIFF, timeoutMs: TIMEOUT_MS };
  const { stdout } = await runGit(args, limits).catch(() => {
    throw unprocessable(`[path]: ${file.path} is too large to speak of its lines`);
  });
  return stdout.toString();
}

/** Gitea's PullReviewComment. Its id is counted within the change. */
export function commentJson(
  call: ApiCall,
  repository: OpenRepository,
  { spec }: OpenedChange,
  { review, comment }: { review: ChangeReview; comment: LineComment },
) {
  const pull = `${urlsOf(repository, call.base).html}/pulls/${spec.number}`;
  const { id, body, path, side, line, hunk } = comment;
  return {
    id,
    body,
    user: userJson(review.reviewer, call.base),
    resolver: null,
    pull_request_review_id: review.id,
    created_at: review.submittedAt,
    updated_at: review.submittedAt,
    path,
    commit_id: review.revision,
    original_commit_id: review.revision,
    diff_hunk: hunk,
    position: side === 'new' ? line : 0,
    original_position: side === 'old' ? line : 0,
    html_url: `${pull}#comment-${id}`,
    pull_request_url: pull,
  };
}
