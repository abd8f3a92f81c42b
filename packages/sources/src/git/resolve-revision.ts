import { SlipwayError } from '@slipway/api';
import { runGit } from './command.ts';
import { type GitRemote, remoteSettings } from './remote.ts';

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
  const { url, env } = await remoteSettings(options, options.cacheFolder);
  const args = ['ls-remote', '--quiet', url, 'HEAD', 'refs/heads/*', 'refs/tags/*'];
  const { stdout } = await runGit(args, {
    env,
    timeoutMs: 60_000,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const refs = new Map<string, string>();
  for (const line of stdout.toString().split('\n')) {
    const [commit, name] = line.split('\t');
    if (!commit || !name) continue;
    // `refs/tags/v1^{}` follows `refs/tags/v1` and is the commit behind an annotated tag.
    refs.set(name.replace(/\^\{\}$/, ''), commit);
  }
  return [...refs].map(([name, commit]) => ({ name, commit }));
}

/**
 * The full commit id of a branch, tag, full reference, `HEAD` (also when left out) or commit id.
 * Abbreviated ids cannot be asked of a remote: they come back undefined here and are resolved after fetching.
 * @throws SlipwayError RevisionUnknown naming the revision and what there is
 */
export async function resolveRevision(options: RemoteOptions & { revision?: string }): Promise<string> {
  const revision = options.revision || 'HEAD';
  if (/^[0-9a-f]{40}$/.test(revision)) return revision;
  const refs = await listRemote(options);
  const found = matching(refs, revision);
  if (found) return found;
  throw unknownRevision(options.url, revision, refs);
}

/** As git itself resolves a short name: the name itself, then tags before branches (gitrevisions). */
export function matching(refs: RemoteRef[], revision: string): string | undefined {
  for (const name of [revision, `refs/${revision}`, `refs/tags/${revision}`, `refs/heads/${revision}`]) {
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
