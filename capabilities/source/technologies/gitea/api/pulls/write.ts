import { timestamp } from '@slipway/api';
import { ChangeRequest } from '@slipway/kinds';
import { mayChange } from '../../access.ts';
import { recordChange } from '../../audit.ts';
import { mergeBaseOf } from '../../change-request/facts.ts';
import { refreshChange, reopen } from '../../change-request/refresh.ts';
import { changeKey, createChange, listChanges } from '../../change-request/store.ts';
import { isAncestor } from '../../git/make-merge.ts';
import {
  type ApiCall,
  ApiError,
  created,
  notFound,
  type Operation,
  refuseFields,
  unprocessable,
} from '../call.ts';
import { branchTip } from '../content/revision.ts';
import { type OpenRepository, openRepository } from '../repository-access.ts';
import { deny } from './deny.ts';
import { type OpenChange, openChange } from './open-change.ts';
import { mayWrite, pullsJson } from './pull-json.ts';
import { addRequests, type Requests, wantedOf } from './review-requests.ts';

interface CreateOptions extends Requests {
  head: string;
  base: string;
  title: string;
  body: string;
}

const NO_ISSUES = 'changes have reviewers, and neither assignees, labels, milestones nor deadlines';
const FOREIGN = ['assignee', 'assignees', 'milestone', 'labels', 'due_date', 'allow_maintainer_edit'];

/** `POST …/pulls`. */
export const createPull: Operation = async call => {
  const { server, user } = call;
  const repository = await openRepository(call);
  const options = await call.body<CreateOptions>();
  refuseFields(options, FOREIGN, NO_ISSUES);
  wantedOf(options);
  const wanted = { head: branchOf(options.head, repository), base: options.base ?? '', ...textsOf(options) };
  if (!wanted.title) throw unprocessable('[Title]: Required');
  if (!(await mayChange(server, user, 'open', repository.name.owner))) {
    const message = `user "${user.username}" may not open changes (create changerequests.source.slipway.dev)`;
    await deny(call, repository, { verb: 'open', detail: wanted.head }, { status: 403, message });
  }
  const { head, base, mergeBase } = await compare(call, repository, wanted);
  const now = timestamp(server.clock.now());
  const authorMayPush = await mayWrite(call, repository);
  const action = { name: repository.name, user, request: call.request };
  const change = await server.serially(repository.path, async () => {
    await refuseSecond(call, repository, wanted);
    const opened = await createChange(server, repository.object, {
      name: repository.name,
      as: server.as(user),
      record: number =>
        recordChange(server, action, { verb: 'open', number, detail: `${mergeBase}..${head}` }),
      spec: { ...wanted, state: 'open' },
      status: {
        state: 'open',
        author: user.username,
        authorMayPush,
        openedAt: now,
        updatedAt: now,
        headRevision: head,
        baseRevision: base,
        // Unknown until it was looked at, which is the next thing that happens.
        mergeBase: '',
        mergeable: false,
        additions: 0,
        deletions: 0,
        changedFiles: 0,
        commits: 0,
      },
    });
    return refreshChange(server, repository.name, opened.spec.number, status => addRequests(status, options));
  });
  if (!change) throw notFound();
  return created((await pullsJson(call, repository, [change]))[0]);
};

function textsOf({ title, body }: Partial<CreateOptions>) {
  const text = { title: (title ?? '').trim(), body: body ?? '' };
  if (text.title.length > 255) throw unprocessable('[Title]: MaxSize(255)');
  if (text.body.length > 65_536) throw unprocessable('[Body]: MaxSize(65536)');
  return text;
}

/** `branch`, or `owner:branch` of this very repository; there are no forks. */
function branchOf(head: string | undefined, { name }: OpenRepository): string {
  const [, owner, branch = ''] = /^(?:([^:]*):)?(.*)$/s.exec(head ?? '') ?? [];
  const isOwn =
    owner === undefined || [name.owner, `${name.owner}/${name.name}`].includes(owner.toLowerCase());
  if (!isOwn)
    throw unprocessable(`[Head]: "${head}": there are no forks: push the branch to this repository`);
  return branch;
}

/** @throws ApiError as Gitea for branches that are the same, or not there, or that differ by nothing */
async function compare(
  { server }: ApiCall,
  repository: OpenRepository,
  wanted: { head: string; base: string },
): Promise<{ head: string; base: string; mergeBase: string }> {
  const nothing = 'Invalid PullRequest: There are no changes between the head and the base';
  if (!wanted.head) throw unprocessable('[Head]: Required');
  if (!wanted.base) throw unprocessable('[Base]: Required');
  if (wanted.head === wanted.base) throw unprocessable(nothing);
  const [head, base] = await Promise.all([
    branchTip(repository, wanted.head),
    branchTip(repository, wanted.base),
  ]);
  if (!base) throw notFound(`branch does not exist [name: ${wanted.base}]`);
  if (!head) throw notFound(`branch does not exist [name: ${wanted.head}]`);
  const mergeBase = await mergeBaseOf(repository.path, base, head, server.gitEnv);
  if (!mergeBase) throw unprocessable('Invalid PullRequest: the head and the base have no commit in common');
  const git = { repository: repository.path, env: server.gitEnv };
  if (await isAncestor(git, head, base)) throw unprocessable(nothing);
  return { head, base, mergeBase };
}

async function refuseSecond(
  { server }: ApiCall,
  { name }: OpenRepository,
  { head, base }: { head: string; base: string },
): Promise<void> {
  const open = (await listChanges(server, name)).filter(({ status }) => status.state === 'open');
  const same = open.find(({ spec }) => spec.head === head && spec.base === base);
  if (!same) return;
  const where = `issue_id: ${same.spec.number}, head_branch: ${head}, base_branch: ${base}`;
  throw new ApiError(409, `pull request already exists for these targets [${where}]`);
}

interface EditOptions {
  title: string;
  body: string;
  base: string;
  state: string;
}

/** `PATCH …/pulls/{index}`: by its author, or by who may write to the repository. Answers 201, as Gitea does. */
export const editPull: Operation = async call => {
  const opened = await openChange(call);
  const { repository, change } = opened;
  const edit = await call.body<EditOptions>();
  refuseFields(edit, [...FOREIGN, 'unset_due_date'], NO_ISSUES);
  const isAuthor = change.status.author === call.user.username;
  if (!isAuthor && !(await mayWrite(call, repository))) {
    const message = 'only the author, or who may write to the repository, changes a pull request';
    const what = { verb: 'edit' as const, number: change.spec.number, detail: '' };
    await deny(call, repository, what, { status: 403, message });
  }
  if (edit.state !== undefined && change.status.state === 'merged')
    throw new ApiError(412, 'cannot change state of this pull request, it was already merged');
  if (edit.state !== undefined && !['open', 'closed'].includes(edit.state))
    throw unprocessable(`unknown state: ${edit.state}`);
  await checkBase(opened, edit);
  const edited = await apply(call, opened, edit);
  return created((await pullsJson(call, repository, [edited]))[0]);
};

async function checkBase({ repository, change }: OpenChange, { base }: Partial<EditOptions>): Promise<void> {
  if (!base || base === change.spec.base) return;
  if (change.status.state !== 'open')
    throw new ApiError(409, 'only the base of an open pull request can change');
  if (base === change.spec.head) throw unprocessable('the base cannot be the head');
  if (!(await branchTip(repository, base))) throw notFound(`new base '${base}' not exist`);
}

async function apply(call: ApiCall, { repository, change }: OpenChange, edit: Partial<EditOptions>) {
  const { server, user } = call;
  const { number } = change.spec;
  const texts = textsOf({
    title: edit.title || change.spec.title,
    body: edit.body ?? change.spec.body ?? '',
  });
  const state = edit.state ?? change.spec.state;
  const spec = { ...texts, ...(edit.base ? { base: edit.base } : {}), ...(state ? { state } : {}) };
  const action = { name: repository.name, user, request: call.request };
  const isClosing = edit.state === 'closed' && change.status.state === 'open';
  const isReopening = edit.state === 'open' && change.status.state === 'closed';
  const verb = isClosing ? 'close' : isReopening ? 'reopen' : 'edit';
  await recordChange(server, action, { verb, number, detail: '' });
  const key = changeKey(repository.name, number);
  await server.as(user).patch(ChangeRequest, key, { type: 'merge', body: { spec } });
  const after = await server.serially(repository.path, () => {
    if (isReopening) return reopen(server, repository.name, number);
    const closed = { state: 'closed', closedAt: timestamp(server.clock.now()), closedBy: user.username };
    return refreshChange(server, repository.name, number, status => {
      if (isClosing && status.state === 'open') Object.assign(status, closed);
    });
  });
  return after ?? change;
}
