import { mayRepository } from '../../access.ts';
import { guardBranch, protectionFor } from '../../branch-protection/guard.ts';
import { mayForcePush } from '../../branch-protection/plan.ts';
import { makeMerge } from '../../git/make-merge.ts';
import { moveBranch } from '../branches.ts';
import { ApiError, type Operation, unprocessable } from '../call.ts';
import { authorOf } from '../identity.ts';
import { openChange } from './open-change.ts';

/** `POST …/pulls/{index}/update?style=merge|rebase`: brings the head branch up to its base. */
export const updatePull: Operation = async call => {
  const { repository, change } = await openChange(call);
  const { server, user } = call;
  const { spec, status } = change;
  const style = call.query.get('style') || 'merge';
  if (style !== 'merge' && style !== 'rebase')
    throw unprocessable(`[style]: ${JSON.stringify(style)}: must be merge or rebase`);
  if (status.state !== 'open') throw unprocessable('only an open pull request can be updated');
  if (!(await mayRepository(server, user, 'update', repository.name)))
    throw new ApiError(403, `user "${user.username}" may not write to the repository`);
  const { headRevision: head, baseRevision: base } = status;
  if (status.mergeBase === base) return { status: 200 };
  const move = { ref: `refs/heads/${spec.head}`, before: head, after: base };
  await guardBranch(server, { name: repository.name, user, isEmpty: false }, move);
  const rule = style === 'rebase' ? await protectionFor(server, repository.name, spec.head) : undefined;
  if (rule && !mayForcePush(rule, user))
    throw new ApiError(403, `branch "${spec.head}" is protected: its commits stay; use style=merge`);
  const committer = { ...authorOf(user), time: server.clock.now() };
  // Merged into the head, or the head's commits again on top of the base.
  const sides = style === 'merge' ? { base: head, head: base } : { base, head };
  const message = `Merge branch '${spec.base}' into ${spec.head}`;
  const options = { style, ...sides, message, author: committer, committer } as const;
  const to = await makeMerge(repository.path, options, server.gitEnv);
  await moveBranch(call, repository, { branch: spec.head, from: head, to });
  return { status: 200 };
};
