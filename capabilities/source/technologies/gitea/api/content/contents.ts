import { runGit, type TreeEntry } from '@slipway/sources';
import { type ApiCall, notFound, type Operation, ok } from '../call.ts';
import { type OpenRepository, openRepository } from '../repository-access.ts';
import { entriesOf, entryAt } from './entries.ts';
import { readCommit, readerOf, resolveCommit } from './revision.ts';

/** Larger files are listed without their content, as Gitea does (DEFAULT_MAX_BLOB_SIZE). */
const MOST_INLINE = 10 * 1024 * 1024;

/** `GET …/contents[/path]`: a file with its content, or the entries of a folder. */
export const getContents: Operation = async call => {
  const repository = await openRepository(call);
  const path = cleanPath(call.params.path ?? '');
  const ref = call.query.get('ref');
  if (!ref && Object.keys(repository.object.status?.branches ?? {}).length === 0 && path === '')
    return ok([]);
  const commit = await resolveCommit(call, repository, ref);
  const place = { repository, commit, ref: ref || repository.defaultBranch };
  if (path !== '') {
    const entry = await entryAt(readerOf(call, repository), commit, path);
    if (!entry) throw notFound(`object does not exist [id: , rel_path: ${path}]`);
    if (entry.type !== 'tree') return ok(await contentsJson(call, place, path, entry, { inline: true }));
  }
  const entries = (await entriesOf(readerOf(call, repository), commit, path)) ?? [];
  const below = (name: string) => (path === '' ? name : `${path}/${name}`);
  return ok(
    await Promise.all(
      entries.map(entry => contentsJson(call, place, below(entry.name), entry, { inline: false })),
    ),
  );
};

export interface Place {
  repository: OpenRepository;
  commit: string;
  /** As the caller named it; it stands in URLs. */
  ref: string;
}

/** Gitea's ContentsResponse. `inline`: with the content of a file. */
export async function contentsJson(
  call: ApiCall,
  { repository, commit, ref }: Place,
  path: string,
  entry: TreeEntry,
  { inline }: { inline: boolean },
) {
  const reader = readerOf(call, repository);
  const type = typeOf(entry);
  const info = entry.type === 'blob' ? await reader.info(entry.id) : undefined;
  const size = info?.size ?? 0;
  const wantsText = (inline && type === 'file' && size <= MOST_INLINE) || type === 'symlink';
  const data = wantsText ? (await reader.read(entry.id))?.data : undefined;
  const isFile = type === 'file';
  const encodedPath = path.split('/').map(encodeURIComponent).join('/');
  const { owner, name } = repository.name;
  const api = `${call.base}/api/v1/repos/${owner}/${name}`;
  const at = /^[0-9a-f]{40}$/.test(ref) ? `commit/${ref}` : `branch/${ref}`;
  const self = `${api}/contents/${encodedPath}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.id}`;
  const html = `${call.base}/${owner}/${name}/src/${at}/${encodedPath}`;
  const last = inline ? await lastCommit(call, repository, commit, path) : undefined;
  return {
    name: entry.name,
    path,
    sha: entry.id,
    ...(last
      ? { last_commit_sha: last.id, last_committer_date: last.committer, last_author_date: last.author }
      : {}),
    type,
    size,
    encoding: isFile && data ? 'base64' : null,
    content: isFile && data ? data.toString('base64') : null,
    target: type === 'symlink' && data ? data.toString() : null,
    url: self,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'blob' ? `${call.base}/${owner}/${name}/raw/${at}/${encodedPath}` : null,
    submodule_git_url: null,
    _links: { self, git, html },
  };
}

function typeOf(entry: TreeEntry): 'file' | 'dir' | 'symlink' | 'submodule' {
  if (entry.type === 'tree') return 'dir';
  if (entry.type === 'commit') return 'submodule';
  return entry.mode === '120000' ? 'symlink' : 'file';
}

export function cleanPath(path: string): string {
  return path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/');
}

interface LastCommit {
  id: string;
  author: string;
  committer: string;
}

/** What changed a path last; the same for ever at one commit. */
const lastCommits = new Map<string, LastCommit>();
const MOST_REMEMBERED = 5_000;

async function lastCommit(
  call: ApiCall,
  repository: OpenRepository,
  commit: string,
  path: string,
): Promise<LastCommit | undefined> {
  const key = `${repository.object.metadata.uid} ${commit} ${path}`;
  const known = lastCommits.get(key);
  if (known) return known;
  const args = ['--git-dir', repository.path, 'log', '-1', '--format=%H', commit, '--', `:(literal)${path}`];
  const { stdout } = await runGit(args, { env: call.server.gitEnv });
  const id = stdout.toString().trim();
  if (!id) return undefined;
  const { author, committer } = await readCommit(call, repository, id);
  const found = { id, author: author.date, committer: committer.date };
  const oldest = lastCommits.size >= MOST_REMEMBERED ? lastCommits.keys().next().value : undefined;
  if (oldest) lastCommits.delete(oldest);
  lastCommits.set(key, found);
  return found;
}
