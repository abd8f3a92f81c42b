import { messageOf } from '@slipway/api';
import type { Ports } from '@slipway/definition';
import type { Repository } from '@slipway/kinds';
import { type GitRemote, resolveRevision } from '@slipway/sources';
import type { SourceSpec } from './spec.ts';

const INTERNAL = 'git.slipway.internal';
const KEPT = 2_000;
/** How long another server's answer is believed: Argo CD's `timeout.reconciliation`. */
export const RECONCILE_MS = 120_000;

type Answer = { revision: string } | { error: string };

/** Answers of other servers, refusals too: a busy Application does not ask each time. */
export interface Revisions {
  ports: Ports;
  answers: Map<string, { answer: Answer; until: number }>;
}

export function revisions(ports: Ports): Revisions {
  return { ports, answers: new Map() };
}

interface Asked {
  known: Repository[];
  fresh: boolean;
  signal: AbortSignal;
}

/** The commit that a source means now. @throws Error with the server's own words */
export async function resolveSource(
  { ports, answers }: Revisions,
  source: SourceSpec,
  { known, fresh, signal }: Asked,
): Promise<string> {
  const own = knownRevision(source, known);
  if (own) return own;
  const key = `${source.repoURL} ${source.targetRevision}`;
  const kept = answers.get(key);
  if (kept && !fresh && kept.until > ports.clock.now()) return revisionOf(kept.answer);
  const remote = await remoteOf(source.repoURL, ports);
  const cacheFolder = (await ports.data.folder('sources')).path;
  const revision = source.targetRevision;
  const answer = await resolveRevision({ ...remote, cacheFolder, revision, signal }).then(
    found => ({ revision: found }),
    error => ({ error: messageOf(error) }),
  );
  signal.throwIfAborted();
  const ms = 'error' in answer ? RECONCILE_MS / 8 : RECONCILE_MS;
  answers.delete(key);
  answers.set(key, { answer, until: ports.clock.now() + ms });
  const [oldest] = answers.keys();
  if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
  return revisionOf(answer);
}

function revisionOf(answer: Answer): string {
  if ('error' in answer) throw new Error(answer.error);
  return answer.revision;
}

/** The platform's own server is reached with this engine's token; other servers without credentials. */
export async function remoteOf(url: string, ports: Ports): Promise<GitRemote> {
  const hostname = URL.parse(url)?.hostname;
  if (hostname !== INTERNAL) return { url };
  return { url, address: ports.resolve(hostname), auth: { password: await ports.token() } };
}

/** Branch of an own repository from its status: no process, no request. */
function knownRevision({ repoURL, targetRevision }: SourceSpec, known: Repository[]): string | undefined {
  const repository = known.find(
    each => each.status?.url !== undefined && sameAddress(each.status.url, repoURL),
  );
  if (!repository) return undefined;
  const branch = targetRevision === 'HEAD' ? (repository.spec.defaultBranch ?? 'main') : targetRevision;
  return repository.status?.branches?.[branch.replace(/^refs\/heads\//, '')];
}

/** Git addresses are the same with and without `.git` at the end. */
export function sameAddress(a: string, b: string): boolean {
  const bare = (url: string) =>
    url
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .toLowerCase();
  return bare(a) === bare(b);
}
