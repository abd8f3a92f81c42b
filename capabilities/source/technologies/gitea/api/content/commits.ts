import { readRefs, runGit } from '@slipway/sources';
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
  const args = [
    'diff-tree',
    '--root',
    '--no-commit-id',
    '-r',
    '-z',
    '--raw',
    '--numstat',
    '-m',
    '--first-parent',
    id,
  ];
  const { stdout } = await runGit(['--git-dir', repository.path, ...args], { env: call.server.gitEnv });
  const { files, additions, deletions } = parseDiff(stdout.toString());
  return {
    ...commit,
    ...(wants('files') ? { files } : {}),
    ...(wants('stat') ? { stats: { total: additions + deletions, additions, deletions } } : {}),
  };
}

const STATUS: Record<string, string> = { A: 'added', D: 'removed', M: 'modified', T: 'modified' };

/** Output of `--raw --numstat -z`: first `:modes ids letter\0path`, then `added\tremoved\tpath`. */
function parseDiff(text: string): {
  files: { filename: string; status: string }[];
  additions: number;
  deletions: number;
} {
  const files: { filename: string; status: string }[] = [];
  let additions = 0;
  let deletions = 0;
  const parts = text.split('\0');
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    const raw = /^:\d+ \d+ \S+ \S+ ([A-Z])/.exec(part);
    const numbers = /^(\d+|-)\t(\d+|-)\t/.exec(part);
    if (raw) files.push({ filename: parts[++at] ?? '', status: STATUS[raw[1] ?? ''] ?? 'modified' });
    if (!numbers) continue;
    additions += Number(numbers[1]) || 0;
    deletions += Number(numbers[2]) || 0;
  }
  return { files, additions, deletions };
}
