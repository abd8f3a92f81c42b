import { runGit } from '@slipway/sources';
import { type ApiCall, notFound, type Operation, ok } from '../call.ts';
import { openRepository } from '../repository-access.ts';
import { urlsOf } from './commit-json.ts';
import { readerOf, resolveCommit } from './revision.ts';

const MOST_PER_PAGE = 1000;

/** `GET …/git/trees/{sha}`: by tree id, commit id, branch or tag; `recursive=1` for everything below. */
export const getTree: Operation = async call => {
  const repository = await openRepository(call);
  const wanted = call.params.sha ?? '';
  const urls = urlsOf(repository, call.base);
  const reader = readerOf(call, repository);
  const direct = /^[0-9a-f]{40}$/.test(wanted) ? await reader.info(`${wanted}^{tree}`) : undefined;
  const tree = direct ?? (await reader.info(`${await resolveCommit(call, repository, wanted)}^{tree}`));
  if (!tree) throw notFound();
  const recursive = ['1', 'true'].includes(call.query.get('recursive') ?? '');
  const args = [
    '--git-dir',
    repository.path,
    'ls-tree',
    '-z',
    '--long',
    ...(recursive ? ['-r', '-t'] : []),
    tree.id,
  ];
  const { stdout } = await runGit(args, { env: call.server.gitEnv });
  const all = stdout
    .toString()
    .split('\0')
    .filter(line => line !== '')
    .map(line => entryJson(line, urls.api));
  const { page, limit } = treePage(call);
  const entries = all.slice((page - 1) * limit, page * limit);
  return ok({
    sha: tree.id,
    url: `${urls.api}/git/trees/${tree.id}`,
    tree: entries,
    truncated: page * limit < all.length,
    page,
    total_count: all.length,
  });
};

function treePage({ query }: ApiCall): { page: number; limit: number } {
  const page = Math.max(1, Number.parseInt(query.get('page') ?? '', 10) || 1);
  const wanted = Number.parseInt(query.get('per_page') ?? '', 10) || MOST_PER_PAGE;
  return { page, limit: Math.min(Math.max(1, wanted), MOST_PER_PAGE) };
}

function entryJson(line: string, api: string) {
  const [, mode = '', type = '', sha = '', size = '-', path = ''] =
    /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
  const url = type === 'commit' ? '' : `${api}/git/${type}s/${sha}`;
  return { path, mode, type, size: size === '-' ? 0 : Number(size), sha, url };
}

export const getBlob: Operation = async call => {
  const repository = await openRepository(call);
  const sha = call.params.sha ?? '';
  const blob = /^[0-9a-f]{4,40}$/.test(sha) ? await readerOf(call, repository).read(sha) : undefined;
  if (blob?.type !== 'blob') throw notFound();
  const url = `${urlsOf(repository, call.base).api}/git/blobs/${blob.id}`;
  return ok({
    content: blob.data.toString('base64'),
    encoding: 'base64',
    url,
    sha: blob.id,
    size: blob.size,
  });
};
