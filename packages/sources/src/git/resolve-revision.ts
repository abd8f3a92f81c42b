import { SlipwayError } from '@slipway/api';
import { compareVersions, parseConstraint, parseVersion, satisfies, type Version } from '@slipway/render';
import { runGit } from './command.ts';
import { type GitRemote, withRemote } from './remote.ts';

export interface RemoteRef {
  /** `HEAD`, `refs/heads/main`, `refs/tags/v1`. */
  name: string;
  /** Commit id; an annotated tag is followed to what it tags. */
  commit: string;
}

export interface RemoteOptions extends GitRemote {
  cacheFolder: string;
  signal?: AbortSignal;
}

/** All branches and tags of a remote, and HEAD, in one request (`git ls-remote`). */
export async function listRemote(options: RemoteOptions): Promise<RemoteRef[]> {
  const { stdout } = await withRemote(options, options.cacheFolder, ({ url, env }) =>
    runGit(['ls-remote', '--quiet', '--', url, 'HEAD', 'refs/heads/*', 'refs/tags/*'], {
      env,
      timeoutMs: 60_000,
      ...(options.signal ? { signal: options.signal } : {}),
    }),
  );
  const refs = new Map<string, string>();
  for (const line of stdout.toString().split('\n')) {
    const [commit, name] = line.split('\t');
    if (!commit || !name) continue;
    // `refs/tags/v1^{}` follows `refs/tags/v1` and is the commit behind an annotated tag.
    refs.set(name.replace(/\^\{\}$/, ''), commit);
  }
  return [...refs].map(([name, commit]) => ({ name, commit }));
}

export interface RevisionOptions extends RemoteOptions {
  revision?: string;
  /** A range of versions means the newest tag in it, branches come before tags: as Argo CD reads a revision. */
  ranges?: boolean;
  /** Only tags that begin so are versions; what follows is the version. */
  tagPrefix?: string;
}

/**
 * The full commit id of a branch, tag, full reference, `HEAD` (also when left out) or commit id.
 * Abbreviated ids cannot be asked of a remote: they come back undefined here and are resolved after fetching.
 * @throws SlipwayError RevisionUnknown naming the revision and what there is
 */
export async function resolveRevision(options: RevisionOptions): Promise<string> {
  const { revision = '' } = options;
  return isCommit(revision) ? revision : revisionIn(await listRemote(options), options);
}

/** A commit is what it says: nobody has to be asked. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** As `resolveRevision`, among references that were listed before. */
export function revisionIn(
  refs: RemoteRef[],
  options: Pick<RevisionOptions, 'url' | 'revision' | 'ranges' | 'tagPrefix'>,
): string {
  const revision = options.revision || 'HEAD';
  const named = options.ranges ? newestTag(refs, revision, options.tagPrefix ?? '') : undefined;
  const found = matching(refs, named ?? revision, options.ranges);
  if (found) return found;
  throw unknownRevision(options.url, revision, refs);
}

/** The tag that a range means, or undefined when `wanted` is none, or none is in it. */
export function newestTag(refs: RemoteRef[], wanted: string, prefix: string): string | undefined {
  if (tryOrUndefined(() => parseVersion(wanted))) return prefix === '' ? undefined : `${prefix}${wanted}`;
  const constraint = tryOrUndefined(() => parseConstraint(wanted));
  if (!constraint) return undefined;
  let best: Version | undefined;
  for (const { name } of refs) {
    if (!name.startsWith(`refs/tags/${prefix}`)) continue;
    const version = tryOrUndefined(() => parseVersion(name.slice(10 + prefix.length)));
    if (!version || !satisfies(version, constraint)) continue;
    if (!best || compareVersions(version, best) > 0) best = version;
  }
  return best ? `${prefix}${best.original}` : undefined;
}

function tryOrUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** As git itself resolves a short name: the name itself, then tags before branches (gitrevisions) unless told else. */
export function matching(refs: RemoteRef[], revision: string, branchesFirst = false): string | undefined {
  const short = [`refs/tags/${revision}`, `refs/heads/${revision}`];
  if (branchesFirst) short.reverse();
  for (const name of [revision, `refs/${revision}`, ...short]) {
    const found = refs.find(ref => ref.name === name);
    if (found) return found.commit;
  }
  return undefined;
}

function unknownRevision(url: string, revision: string, refs: RemoteRef[]): SlipwayError {
  const branches = refs.filter(ref => ref.name.startsWith('refs/heads/')).map(ref => ref.name.slice(11));
  const known =
    branches.length > 0 ? `branches: ${branches.slice(0, 10).join(', ')}` : 'it has no branch yet';
  return new SlipwayError('RevisionUnknown', `revision "${revision}": not in "${url}"; ${known}`);
}
