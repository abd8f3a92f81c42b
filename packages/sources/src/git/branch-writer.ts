import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, messageOf, SlipwayError } from '@slipway/api';
import { GitError, runGit } from './command.ts';
import { type GitRemote, withRemote } from './remote.ts';

export interface BranchWriterOptions {
  remote: GitRemote;
  branch: string;
  /** A copy of the repository lies below it until `close`. */
  cacheFolder: string;
  author: { name: string; email: string };
  clock: Clock;
  signal?: AbortSignal;
}

/** What one commit makes of a branch. */
export interface FolderChange {
  /** '' is the top. */
  folder: string;
  /** By their paths below it. */
  files: ReadonlyMap<string, string>;
  /** Files elsewhere that change with it, by their whole paths. */
  beside?: ReadonlyMap<string, string>;
}

/** One branch of a repository elsewhere, written to folder by folder. */
export interface BranchWriter {
  /**
   * Makes a folder hold its files and no others, in one commit on top of whatever is there; nothing is committed when it
   * does already. Resolves with the newest commit, which has them.
   * @throws SlipwayError RepositoryUnreachable, PushRefused
   */
  write(change: FolderChange, message: string): Promise<{ commit: string; isNew: boolean }>;
  /** Paths of the files below a folder, from it, as they are in the newest commit that is known here. */
  paths(folder: string): string[];
  /** Whether a commit is `revision` or came before it. */
  contains(revision: string, commit: string): Promise<boolean>;
  close(): Promise<void>;
}

const DRAFT = 'refs/slipway/draft';
const MOST_TRIES = 5;

/**
 * @example
 * const branch = await openBranch({ remote, branch: 'main', cacheFolder, author, clock });
 * await branch.write({ folder: 'deploy', files: new Map([['app.yaml', text]]) }, 'deploy: app 1.2.3');
 * @throws SlipwayError RepositoryUnreachable
 */
export async function openBranch(options: BranchWriterOptions): Promise<BranchWriter> {
  const { cacheFolder } = options;
  await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
  const repository = await mkdtemp(join(cacheFolder, 'branch-'));
  const close = () => rm(repository, { recursive: true, force: true });
  const copy = branchCopy(repository, options);
  try {
    await runGit(['init', '--quiet', '--bare', repository]);
    await copy.fetch();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    close,
    async contains(revision, commit) {
      if (revision === commit) return true;
      if (!(await copy.has(revision))) await copy.fetch();
      return copy.isAncestor(commit, revision);
    },
    paths: folder => [...copy.filesOf(folder).keys()],
    async write(change, message) {
      for (let tries = 1; ; tries += 1) {
        const head = copy.head();
        if (head && copy.holds(change)) return { commit: head, isNew: false };
        const draft = await copy.draft({ ...change, message });
        const refused = await copy.push(draft);
        if (refused === undefined) return { commit: draft, isNew: true };
        if (tries === MOST_TRIES) throw refused;
        // Somebody else was first: on top of theirs.
        await copy.fetch();
      }
    },
  };
}

/** Whether blobs by path are these texts among others; their ids are as long as the repository's own. */
function holds(present: ReadonlyMap<string, string>, files: ReadonlyMap<string, string>): boolean {
  return [...files].every(([path, text]) => {
    const data = Buffer.from(text);
    const known = present.get(path);
    const hash = createHash(known?.length === 64 ? 'sha256' : 'sha1');
    return known === hash.update(`blob ${data.length}\0`).update(data).digest('hex');
  });
}

interface Draft extends FolderChange {
  message: string;
}

/** A bare copy, and what is known of the branch's newest commit. */
function branchCopy(repository: string, options: BranchWriterOptions) {
  const { remote, branch, cacheFolder, signal } = options;
  const cancel = signal ? { signal } : {};
  const git = (args: string[], input?: string) =>
    runGit(args, { cwd: repository, ...cancel, ...(input === undefined ? {} : { input }) });
  const reach = (args: (url: string) => string[]) =>
    withRemote(remote, cacheFolder, ({ url, env }) => runGit(args(url), { cwd: repository, env, ...cancel }));
  let head: string | undefined;
  let blobs = new Map<string, string>();
  const look = async (commit: string | undefined): Promise<void> => {
    head = commit;
    blobs = new Map();
    if (commit === undefined) return;
    const { stdout } = await git(['ls-tree', '-r', '-z', '--full-tree', commit]);
    for (const line of stdout.toString().split('\0').filter(Boolean)) {
      const [, , id = '', path = ''] = /^\d+ (\w+) (\w+)\t([\s\S]+)$/.exec(line) ?? [];
      blobs.set(path, id);
    }
  };
  const filesOf = (folder: string): Map<string, string> => {
    const prefix = folder === '' ? '' : `${folder}/`;
    const inside = [...blobs].filter(([path]) => path.startsWith(prefix));
    return new Map(inside.map(([path, id]) => [path.slice(prefix.length), id]));
  };
  return {
    head: () => head,
    filesOf,
    /** Whether a change would change nothing. */
    holds: ({ folder, files, beside = new Map() }: FolderChange): boolean => {
      const inside = filesOf(folder);
      return inside.size === files.size && holds(inside, files) && holds(blobs, beside);
    },
    has: (commit: string) => succeeds(git(['cat-file', '-e', `${commit}^{commit}`])),
    isAncestor: (commit: string, of: string) => succeeds(git(['merge-base', '--is-ancestor', commit, of])),
    async fetch() {
      const all = '+refs/heads/*:refs/remotes/origin/*';
      await reach(url => ['fetch', '--quiet', '--no-tags', url, all]).catch(error => {
        throw unreachable(remote.url, error);
      });
      const ref = `refs/remotes/origin/${branch}`;
      const found = await git(['for-each-ref', '--format=%(objectname)', ref]);
      await look(found.stdout.toString().trim() || undefined);
    },
    /** A commit on top of the head, in this copy only. */
    async draft(draft: Draft) {
      await git(['fast-import', '--quiet', '--force', '--done'], importText(draft, head, options));
      return (await git(['rev-parse', DRAFT])).stdout.toString().trim();
    },
    /** What the server said, when it did not take it. */
    async push(commit: string): Promise<SlipwayError | undefined> {
      try {
        await reach(url => ['push', '--quiet', url, `${commit}:refs/heads/${branch}`]);
      } catch (error) {
        if (!(error instanceof GitError)) throw error;
        return new SlipwayError('PushRefused', `${remote.url}: branch ${branch}: ${error.message}`);
      }
      await look(commit);
      return undefined;
    },
  };
}

/** As `git fast-import` reads it (git-fast-import(1), "Input format"). */
function importText(
  { folder, files, beside = new Map(), message }: Draft,
  head: string | undefined,
  { author, clock }: BranchWriterOptions,
): string {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const { name, email } = author;
  const person = `${plain(name)} <${plain(email)}> ${Math.floor(clock.now() / 1000)} +0000`;
  const prefix = folder === '' ? '' : `${folder}/`;
  const all = [...[...files].map(([path, text]) => [prefix + path, text] as const), ...beside];
  return [
    `commit ${DRAFT}\n`,
    `author ${person}\n`,
    `committer ${person}\n`,
    data(`${message}\n`),
    head ? `from ${head}\n` : '',
    folder === '' ? 'deleteall\n' : `D ${JSON.stringify(folder)}\n`,
    ...all.map(([path, text]) => `M 100644 inline ${JSON.stringify(path)}\n${data(text)}`),
    'done\n',
  ].join('');
}

/** What an identity line cannot hold. */
function plain(text: string): string {
  return text.replaceAll(/[<>\n\0]/g, ' ').trim();
}

async function succeeds(running: Promise<unknown>): Promise<boolean> {
  try {
    await running;
    return true;
  } catch (error) {
    if (error instanceof GitError && error.code === 'GitFailed') return false;
    throw error;
  }
}

function unreachable(url: string, error: unknown): SlipwayError {
  return new SlipwayError(
    'RepositoryUnreachable',
    `${url}: it does not answer: ${messageOf(error)}; see that its name leads to the platform and that its certificate is trusted`,
    { cause: error },
  );
}
