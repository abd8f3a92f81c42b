import { recorded } from '@slipway/client';
import type { GitObjects } from '@slipway/sources';
import { parseCommit } from '@slipway/sources';
import { SourceError } from '../../../../contract.ts';
import { NEW_COMMIT, recordPush } from '../../audit.ts';
import { guardBranch } from '../../branch-protection/guard.ts';
import { commitFiles, type FileChange, type Signature } from '../../git/commit-files.ts';
import { checkPath, isBranchName } from '../../git/name.ts';
import { ZERO_ID } from '../../refs-publisher.ts';
import { type ApiCall, created, notFound, type Operation, ok, unprocessable } from '../call.ts';
import { authorOf } from '../identity.ts';
import { type OpenRepository, openRepository } from '../repository-access.ts';
import { fileCommitJson, unverified, urlsOf } from './commit-json.ts';
import { cleanPath, contentsJson } from './contents.ts';
import { entryAt } from './entries.ts';
import { branchTip, readerOf } from './revision.ts';

interface Person {
  name?: string;
  email?: string;
}

interface CommitRequest {
  message: string;
  branch: string;
  new_branch: string;
  author: Person;
  committer: Person;
  dates: { author?: string; committer?: string };
}

interface FileRequest {
  operation: 'create' | 'update' | 'upload' | 'rename' | 'delete';
  path: string;
  content: string;
  sha: string;
  from_path: string;
}

/** Others' commits in between: the same change is tried on top of theirs this often. */
const ATTEMPTS = 6;

/** `POST …/contents`: many files in one commit. */
export const changeFiles: Operation = async call => {
  const request = await call.body<CommitRequest & { files: Partial<FileRequest>[] }>();
  if (!Array.isArray(request.files) || request.files.length === 0) throw unprocessable('[Files]: Required');
  const { commit, contents, verification } = await commitRequest(call, request, request.files);
  return created({ files: contents, commit, verification });
};

export const createFile: Operation = async call => {
  const request = await call.body<CommitRequest & { content: string }>();
  const file = { operation: 'create' as const, path: call.params.path ?? '', content: request.content ?? '' };
  const { commit, contents, verification } = await commitRequest(call, request, [file]);
  return created({ content: contents[0] ?? null, commit, verification });
};

/** `PUT`: with `sha` an update, without one a new file, as Gitea has it. */
export const updateFile: Operation = async call => {
  const request = await call.body<CommitRequest & { content: string; sha: string; from_path: string }>();
  const { content = '', sha, from_path } = request;
  const path = call.params.path ?? '';
  const file: Partial<FileRequest> = sha
    ? { operation: 'update', path, content, sha, ...(from_path ? { from_path } : {}) }
    : { operation: 'create', path, content };
  const { commit, contents, verification } = await commitRequest(call, request, [file]);
  const body = { content: contents[0] ?? null, commit, verification };
  return sha ? ok(body) : created(body);
};

export const deleteFile: Operation = async call => {
  const request = await call.body<CommitRequest & { sha: string }>();
  const fromQuery = Object.fromEntries(call.query) as Partial<CommitRequest & { sha: string }>;
  const all = { ...fromQuery, ...request };
  if (!all.sha) throw unprocessable('[SHA]: Required');
  const file = { operation: 'delete' as const, path: call.params.path ?? '', sha: all.sha };
  const { commit, verification } = await commitRequest(call, all, [file]);
  return ok({ content: null, commit, verification });
};

/** One commit for a request; tried again on top of what came first, until its conditions no longer hold. */
async function commitRequest(call: ApiCall, request: Partial<CommitRequest>, files: Partial<FileRequest>[]) {
  const repository = await openRepository(call, 'update');
  const base = request.branch || repository.defaultBranch;
  const branch = request.new_branch || base;
  for (const each of [base, branch])
    if (!isBranchName(each)) throw unprocessable(`[BranchName]: ${JSON.stringify(each)}: is no branch name`);
  for (let attempt = 1; ; attempt++) {
    try {
      return await commitOnce(call, repository, { request, files, base, branch });
    } catch (error) {
      const moved = error instanceof SourceError && error.code === 'BranchMoved';
      if (!moved || attempt >= ATTEMPTS) throw error;
    }
  }
}

interface Wanted {
  request: Partial<CommitRequest>;
  files: Partial<FileRequest>[];
  base: string;
  branch: string;
}

async function commitOnce(
  call: ApiCall,
  repository: OpenRepository,
  { request, files, base, branch }: Wanted,
) {
  const { server } = call;
  const parent = await branchTip(repository, base);
  const hasBranches = Object.keys(repository.object.status?.branches ?? {}).length > 0;
  if (!parent && hasBranches) throw notFound(`branch does not exist [name: ${base}]`);
  if (branch !== base && (await branchTip(repository, branch)))
    throw unprocessable(`branch already exists [name: ${branch}]`);
  const changes: FileChange[] = [];
  for (const file of files) changes.push(...(await planFile(call, repository, parent, file)));
  const isEmpty = !parent && !hasBranches;
  const move = { ref: `refs/heads/${branch}`, before: parent ?? ZERO_ID, after: NEW_COMMIT };
  await guardBranch(server, { name: repository.name, user: call.user, isEmpty }, move);
  const message = `${(request.message || defaultMessage(files)).replace(/\s+$/, '')}\n`;
  const options = { branch, parent, changes, message, ...signatures(call, request) };
  const action = { name: repository.name, user: call.user, request: call.request };
  const id = await recorded(
    outcome => recordPush(server, action, [move], outcome),
    () => commitFiles(repository.path, options, server.gitEnv),
  );
  await server.publisher.publish(repository.name, call.user);
  return describe(call, repository, { id, branch, files });
}

/** What one entry of `files` does to the tree, after its conditions were checked against the parent. */
async function planFile(
  call: ApiCall,
  repository: OpenRepository,
  parent: string | undefined,
  file: Partial<FileRequest>,
): Promise<FileChange[]> {
  const path = cleanPath(file.path ?? '');
  checkPath(path);
  const { operation = 'create', sha } = file;
  const from = file.from_path ? cleanPath(file.from_path) : path;
  checkPath(from);
  const reader = readerOf(call, repository);
  const present = parent ? await entryAt(reader, parent, from) : undefined;
  if (parent && operation !== 'delete') await refuseInTheWay(reader, parent, path);
  if (operation === 'delete' || operation === 'update' || operation === 'rename') {
    if (present?.type !== 'blob') throw notFound(`repository file does not exist [path: ${from}]`);
    if (!sha && operation !== 'rename')
      throw unprocessable('a SHA or commit ID must be provided when updating a file');
    if (sha && sha !== present.id)
      throw unprocessable(`sha does not match [given: ${sha}, expected: ${present.id}]`);
  }
  if (operation === 'delete') return [{ change: 'delete', path }];
  if (operation === 'create' && present)
    throw unprocessable(`repository file already exists [path: ${path}]`);
  if (!['create', 'update', 'upload', 'rename'].includes(operation))
    throw unprocessable(
      `[Operation]: ${JSON.stringify(operation)}: must be create, update, upload, rename or delete`,
    );
  const rename: FileChange[] = from === path ? [] : [{ change: 'rename', from, path }];
  if (operation === 'rename' && file.content === undefined) return rename;
  const mode = present?.mode === '100755' ? '100755' : '100644';
  return [...rename, { change: 'write', path, content: decodeBase64(file.content ?? '', path), mode }];
}

/** A file cannot be where a folder is, nor below another file. */
async function refuseInTheWay(reader: GitObjects, parent: string, path: string): Promise<void> {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const at = parts.slice(0, depth).join('/');
    const found = await entryAt(reader, parent, at);
    if (!found) return;
    if (depth === parts.length && found.type === 'tree')
      throw unprocessable(`a directory exists where you’re trying to create a file [path: ${at}]`);
    if (depth < parts.length && found.type !== 'tree')
      throw unprocessable(`a file exists where you’re trying to create a subdirectory [path: ${at}]`);
  }
}

function decodeBase64(text: string, path: string): Buffer {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text))
    throw unprocessable(`[Content]: of "${path}" is not base64 (illegal base64 data)`);
  return Buffer.from(text, 'base64');
}

function signatures(
  call: ApiCall,
  request: Partial<CommitRequest>,
): { author: Signature; committer: Signature } {
  const actor = authorOf(call.user);
  const now = call.server.clock.now();
  const sign = (
    first: Person | undefined,
    second: Person | undefined,
    date: string | undefined,
  ): Signature => {
    const given = first?.name || first?.email ? first : second;
    const time = date ? Date.parse(date) : Number.NaN;
    return {
      name: given?.name || actor.name,
      email: given?.email || actor.email,
      time: Number.isNaN(time) ? now : time,
    };
  };
  const { author, committer, dates } = request;
  return {
    author: sign(author, committer, dates?.author),
    committer: sign(committer, author, dates?.committer),
  };
}

/** Gitea's own words for a commit without a message. */
function defaultMessage(files: Partial<FileRequest>[]): string {
  const [first] = files;
  if (files.length !== 1 || !first) return files.map(file => `${verbOf(file)} ${file.path}`).join('\n');
  return `${verbOf(first)} ${first.path}`;
}

function verbOf({ operation = 'create' }: Partial<FileRequest>): string {
  return { create: 'Add', update: 'Update', upload: 'Add', rename: 'Rename', delete: 'Delete' }[operation];
}

async function describe(
  call: ApiCall,
  repository: OpenRepository,
  { id, branch, files }: { id: string; branch: string; files: Partial<FileRequest>[] },
) {
  const reader = readerOf(call, repository);
  const raw = await reader.read(id);
  const commit = raw ? fileCommitJson(parseCommit(id, raw.data), urlsOf(repository, call.base)) : null;
  const contents = await Promise.all(
    files.map(async file => {
      const path = cleanPath(file.path ?? '');
      const entry = file.operation === 'delete' ? undefined : await entryAt(reader, id, path);
      const place = { repository, commit: id, ref: branch };
      // The commit just made is the last one of its files.
      return entry ? contentsJson(call, place, path, entry, { inline: true }) : null;
    }),
  );
  return { commit, contents, verification: unverified };
}
