import { readRefs, runGit } from '@slipway/sources';
import { changedFiles } from '../../git/changed-files.ts';
import { type ApiCall, ApiError, notFound, type Operation, ok, pageHeaders, pageOf } from '../call.ts';
import { type OpenRepository, openRepository } from '../repository-access.ts';
import { commitJson, urlsOf } from './commit-json.ts';
import { cleanPath } from './contents.ts';
import { readCommit, resolveCommit } from './revision.ts';

/** `GET …/commits?sha=&path=`: newest first. */
export const listCommits: Operation = async call => {
  const repository = await openRepository(call);
  if ((await readRefs(repository.path)).size === 0) throw new ApiError(409, 'Git Repository is empty.');
  const from = await resolveCommit(call, repository, call.query.get('sha'));
  const path = cleanPath(call.query.get('path') ?? '');
  const scope = path === '' ? [] : [`:(literal)${path}`];
  const { page, limit } = pageOf(call);
  const git = (args: string[]) =>
    runGit(['--git-dir', repository.path, ...args, '--', ...scope], { env: call.server.gitEnv });
  const [count, log] = await Promise.all([
    git(['rev-list', '--count', from]),
    git(['rev-list', `--skip=${(page - 1) * limit}`, `--max-count=${limit}`, from]),
  ]);
  const total = Number(count.stdout.toString());
  const ids = log.stdout.toString().split('\n').filter(Boolean);
  if (path !== '' && total === 0) throw notFound();
  const body = await Promise.all(ids.map(id => describe(call, repository, id)));
  const pages = Math.ceil(total / limit);
  const own = {
    'x-page': String(page),
    'x-perpage': String(limit),
    'x-total': String(total),
    'x-pagecount': String(pages),
    'x-hasmore': String(page < pages),
  };
  return { status: 200, body, headers: { ...pageHeaders(call, total), ...own } };
};

export const getCommit: Operation = async call => {
  const repository = await openRepository(call);
  const id = await resolveCommit(call, repository, call.params.sha ?? '');
  return ok(await describe(call, repository, id));
};

/** A commit with the files it changed and how many lines, as one `git diff-tree` tells. */
async function describe(call: ApiCall, repository: OpenRepository, id: string) {
  const commit = commitJson(await readCommit(call, repository, id), urlsOf(repository, call.base));
  const wants = (name: string) => call.query.get(name) !== 'false';
  if (!wants('files') && !wants('stat')) return commit;
  const changed = await changedFiles(repository.path, [id], call.server.gitEnv);
  const additions = changed.reduce((sum, file) => sum + file.additions, 0);
  const deletions = changed.reduce((sum, file) => sum + file.deletions, 0);
  const files = changed.map(({ path, letter }) => ({ filename: path, status: STATUS[letter] ?? 'modified' }));
  return {
    ...commit,
    ...(wants('files') ? { files } : {}),
    ...(wants('stat') ? { stats: { total: additions + deletions, additions, deletions } } : {}),
  };
}

const STATUS: Record<string, string> = { A: 'added', D: 'removed', M: 'modified', T: 'modified' };
