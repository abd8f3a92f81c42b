import { SourceError } from '../../../../contract.ts';
import { mayRepository } from '../../access.ts';
import { judgePush } from '../../branch-protection/guard.ts';
import { mergeChange } from '../../change-request/merge.ts';
import { listChanges, type OpenedChange } from '../../change-request/store.ts';
import { MERGE_STYLES, type MergeStyle } from '../../git/make-merge.ts';
import { ZERO_ID } from '../../refs-publisher.ts';
import { moveBranch } from '../branches.ts';
import { type Answer, type ApiCall, ApiError, type Operation, refuseFields, unprocessable } from '../call.ts';
import { branchTip } from '../content/revision.ts';
import { authorOf } from '../identity.ts';
import type { OpenRepository } from '../repository-access.ts';
import { deny } from './deny.ts';
import { openChange } from './open-change.ts';

/** Gitea takes its older spelling (`Do`, `MergeTitleField`) and the newer one. */
interface MergeOptions {
  Do: string;
  do: string;
  MergeTitleField: string;
  merge_title_field: string;
  MergeMessageField: string;
  merge_message_field: string;
  head_commit_id: string;
  delete_branch_after_merge: boolean;
}

/** `POST …/pulls/{index}/merge`; an empty 200 when it is merged. */
export const mergePull: Operation = async call => {
  const { repository, change } = await openChange(call);
  const { server, user } = call;
  const options = await call.body<MergeOptions>();
  refuseFields(options, ['force_merge'], 'protections hold for everybody; change the protection instead');
  refuseFields(options, ['merge_when_checks_succeed'], 'merge when they have succeeded');
  refuseFields(options, ['MergeCommitID', 'merge_commit_id'], 'only merges made here are known');
  const style = styleOf(options.Do || options.do || 'merge');
  if (!(await mayRepository(server, user, 'update', repository.name))) {
    const what = { verb: 'merge' as const, number: change.spec.number, detail: change.status.headRevision };
    await deny(call, repository, what, { status: 405, message: 'User not allowed to merge PR' });
  }
  const time = server.clock.now();
  const author = authorOf({ username: change.status.author, groups: [] });
  const request = {
    name: repository.name,
    user,
    request: call.request,
    number: change.spec.number,
    style,
    title: options.MergeTitleField || options.merge_title_field,
    message: options.MergeMessageField || options.merge_message_field,
    headCommit: options.head_commit_id,
    author: { ...author, time },
    committer: { ...authorOf(user), time },
  };
  try {
    const merged = await mergeChange(server, request);
    await server.publisher.publish(repository.name, user);
    if (options.delete_branch_after_merge) await deleteHead(call, repository, merged);
    return { status: 200 };
  } catch (error) {
    return conflictOf(error, style);
  }
};

function styleOf(text: string): MergeStyle {
  const style = MERGE_STYLES.find(each => each === text);
  if (style) return style;
  if (text === 'manually-merged')
    throw new ApiError(405, 'manually-merged is not an allowed merge style for this repository');
  throw unprocessable(`[Do]: ${JSON.stringify(text)}: must be ${MERGE_STYLES.join(', ')}`);
}

/** Gitea answers a conflict with what git said, in these fields. */
function conflictOf(error: unknown, style: MergeStyle): Answer {
  if (!(error instanceof SourceError)) throw error;
  if (error.code !== 'MergeConflict' && error.code !== 'UnrelatedHistories') throw error;
  const body = { Style: style, StdOut: error.message, StdErr: '', Err: {}, message: error.message };
  return { status: 409, body };
}

/** As far as it may be deleted, and no other open change comes from it. */
async function deleteHead(call: ApiCall, repository: OpenRepository, { spec }: OpenedChange): Promise<void> {
  const { server, user } = call;
  const id = await branchTip(repository, spec.head);
  if (!id || spec.head === repository.defaultBranch) return;
  const others = await listChanges(server, repository.name);
  if (others.some(({ spec: other, status }) => status.state === 'open' && other.head === spec.head)) return;
  const move = { ref: `refs/heads/${spec.head}`, before: id, after: ZERO_ID };
  const verdict = await judgePush(server, { name: repository.name, user }, [move], async () => false);
  if (verdict.refused.size > 0) return;
  await moveBranch(call, repository, { branch: spec.head, from: id, to: ZERO_ID });
}
