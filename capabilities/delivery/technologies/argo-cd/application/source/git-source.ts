import { messageOf, SlipwayError } from '@slipway/api';
import type { Ports } from '@slipway/definition';
import type { Repository } from '@slipway/kinds';
import {
  fetchTree,
  GitError,
  type GitObjects,
  isCommit,
  listRemote,
  openReaderPool,
  type ReaderPool,
  type RemoteRef,
  revisionIn,
  type SourceTree,
  type TreeReader,
  treeReader,
} from '@slipway/sources';
import { type CredentialsFor, refuseForeign, remoteOf } from './source-access.ts';
import { readState } from './tracked-reader.ts';

const KEPT = 2_000;
/** How long another server's answer is believed: Argo CD's `timeout.reconciliation`. */
export const RECONCILE_MS = 120_000;

export interface GitRequest {
  repoURL: string;
  /** Branch, tag, commit, range of tags or `HEAD`. */
  targetRevision: string;
  tagPrefix?: string;
  project: string;
  /** The platform's own repositories: their branches are in their status, so nobody has to be asked. */
  known: Repository[];
  /** Ask the server even if it was asked a moment ago. */
  fresh: boolean;
  signal: AbortSignal;
}

/** A revision of a repository, its submodules with it. */
export interface OpenedGit {
  /** Full commit id. */
  revision: string;
  tree: SourceTree;
  /** Do not close it. */
  reader: TreeReader;
  /** Id of a folder's tree, remembered; undefined when there is no such folder. */
  treeId(path: string): Promise<string | undefined>;
  /** As `treeId`, of files and links, too. */
  objectId(path: string): Promise<string | undefined>;
  /** What stands where a `TrackedReader` read something. */
  readState(read: string): Promise<string | undefined>;
}

export interface GitSources {
  /** The commit a request means now. @throws SlipwayError with Argo CD's words and what to do */
  resolve(request: GitRequest): Promise<string>;
  /** The files of a commit. @throws as `resolve`; SourceRefused when a link leads out of the repository */
  open(request: GitRequest, revision: string): Promise<OpenedGit>;
  close(): void;
}

type Answer = { refs: RemoteRef[] } | { error: unknown };

/** What one server said of one repository: all revisions of it are answered by that. */
interface Listing {
  answer?: Answer;
  until: number;
  running?: Promise<Answer>;
  /** Asked as soon as the running request has ended, for all who came while it ran. */
  next?: Promise<Answer>;
}

interface State {
  ports: Ports;
  credentialsFor: CredentialsFor | undefined;
  readers: ReaderPool;
  listings: Map<string, Listing>;
  /** Beginnings of commit ids, and what they meant. */
  abbreviated: Map<string, string>;
  opened: Map<string, Promise<OpenedGit>>;
}

/** Git repositories as Applications read them; what was asked or fetched before is not asked for again. */
export function gitSources(ports: Ports, credentialsFor?: CredentialsFor): GitSources {
  const readers = openReaderPool(ports.clock);
  const state: State = {
    ports,
    credentialsFor,
    readers,
    listings: new Map(),
    abbreviated: new Map(),
    opened: new Map(),
  };
  return {
    resolve: request => resolve(state, request),
    open: (request, revision) => {
      const key = `${request.project} ${request.repoURL} ${revision}`;
      const known = state.opened.get(key);
      if (known) return known;
      const made = open(state, request, revision);
      remember(state.opened, key, made);
      made.catch(() => state.opened.delete(key));
      return made;
    },
    close: () => readers.close(),
  };
}

async function resolve(state: State, request: GitRequest): Promise<string> {
  const { repoURL, targetRevision, tagPrefix = '', known } = request;
  const own = tagPrefix === '' ? knownRevision(request, known) : undefined;
  if (own) return own;
  if (isCommit(targetRevision)) return targetRevision;
  const answer = await listing(state, request);
  request.signal.throwIfAborted();
  return explained(repoURL, async () => {
    if ('error' in answer) throw answer.error;
    try {
      return revisionIn(answer.refs, { url: repoURL, revision: targetRevision, ranges: true, tagPrefix });
    } catch (error) {
      return abbreviated(state, request, error);
    }
  });
}

/** References of the repository: those of a moment ago, or, for who wants fresh ones, of a request that begins now. */
async function listing(state: State, request: GitRequest): Promise<Answer> {
  const { repoURL, project, fresh } = request;
  const key = JSON.stringify([project, repoURL]);
  const kept = state.listings.get(key) ?? { until: 0 };
  if (kept.answer && !fresh && kept.until > state.ports.clock.now()) return kept.answer;
  remember(state.listings, key, kept);
  if (!kept.running) return startListing(state, request, kept);
  kept.next ??= kept.running.then(() => {
    delete kept.next;
    return startListing(state, request, kept);
  });
  return kept.next;
}

function startListing(state: State, request: GitRequest, kept: Listing): Promise<Answer> {
  kept.running = list(state, request).then(answer => {
    delete kept.running;
    kept.answer = answer;
    const ms = 'error' in answer ? RECONCILE_MS / 8 : RECONCILE_MS;
    kept.until = state.ports.clock.now() + ms;
    return answer;
  });
  return kept.running;
}

/** Not ended by the signal of whoever asked first: others wait for the same answer. */
async function list(state: State, { repoURL, project }: GitRequest): Promise<Answer> {
  try {
    const cacheFolder = (await state.ports.data.folder('sources')).path;
    const remote = await remoteOf(repoURL, { ...state, project });
    return { refs: await listRemote({ ...remote, cacheFolder }) };
  } catch (error) {
    return { error };
  }
}

/** The beginning of a commit id is no name a server knows: all branches are fetched to find it. */
async function abbreviated(state: State, request: GitRequest, error: unknown): Promise<string> {
  const { project, repoURL, targetRevision } = request;
  if (!/^[0-9a-f]{7,39}$/.test(targetRevision)) throw error;
  const key = JSON.stringify([project, repoURL, targetRevision]);
  const found = state.abbreviated.get(key) ?? (await fetch(state, request, targetRevision)).revision;
  remember(state.abbreviated, key, found);
  return found;
}

async function open(state: State, request: GitRequest, revision: string): Promise<OpenedGit> {
  const tree = await explained(request.repoURL, () => fetch(state, request, revision));
  if (tree.outOfBounds !== undefined)
    throw new SlipwayError(
      'SourceRefused',
      `repository contains out-of-bounds symlinks. file: ${tree.outOfBounds}; make it lead to a file of the repository, or remove it`,
    );
  const reader = treeReader(tree, repository => lasting(state.readers, repository));
  const treeId = rememberedByPath(path => reader.treeId(path));
  const objectId = rememberedByPath(path => reader.objectId(path));
  const states = rememberedByPath(read => readState({ list: reader.list, objectId }, read));
  return { revision: tree.revision, tree, reader, treeId, objectId, readState: states };
}

/** An opened commit is kept longer than the process that reads it: that is ended when it idles, and begun anew. */
function lasting(readers: ReaderPool, repository: string): GitObjects {
  return {
    info: name => readers.of(repository).info(name),
    read: (name, maxBytes) => readers.of(repository).read(name, maxBytes),
    close: () => {},
    closed: false,
  };
}

/** A commit does not change: what was found once is not looked for again. */
function rememberedByPath<T>(find: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const found = new Map<string, Promise<T>>();
  return path => {
    const known = found.get(path);
    if (known) return known;
    const asked = find(path);
    found.set(path, asked);
    asked.catch(() => found.delete(path));
    return asked;
  };
}

async function fetch(state: State, request: GitRequest, revision: string) {
  const { repoURL, project, signal } = request;
  const context = { ...state, project };
  const cacheFolder = (await state.ports.data.folder('sources')).path;
  const submodule = async (url: string) => {
    refuseForeign(url, repoURL);
    return remoteOf(url, context);
  };
  const remote = await remoteOf(repoURL, context);
  return fetchTree({ ...remote, revision, cacheFolder, signal, remoteOf: submodule });
}

/** What git says, in Argo CD's words, with the object that has to be mended. */
async function explained<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(url, error);
  }
}

const REASONS: [RegExp, string][] = [
  [
    /Authentication failed|could not read (Username|Password)|HTTP.*\b40[13]\b|returned error: 40[13]|terminal prompts disabled/i,
    'authentication required: give this address a Secret labelled argocd.argoproj.io/secret-type: repository, or mend the credentials there',
  ],
  [
    /Permission denied \(publickey/i,
    'ssh: unable to authenticate: give this address a Secret labelled argocd.argoproj.io/secret-type: repository with sshPrivateKey, and the server its public key',
  ],
  [
    /Host key verification failed/i,
    'ssh: handshake failed: knownhosts: key is unknown; add the server to ConfigMap argocd-ssh-known-hosts-cm',
  ],
  [
    /certificate|SSL|TLS/i,
    'x509: certificate signed by unknown authority; add the server’s authority to ConfigMap argocd-tls-certs-cm',
  ],
  [
    /not found|does not exist|does not appear to be a git repository|returned error: 404/i,
    'repository not found; check repoURL',
  ],
  [/Could not resolve host/i, 'no such host; check repoURL'],
  [
    /Connection refused|Failed to connect|timed out|Couldn't connect/i,
    'the server cannot be reached; check repoURL and that the server runs',
  ],
];

function explain(url: string, error: unknown): unknown {
  if (error instanceof SlipwayError && error.code === 'RevisionUnknown') {
    const wanted = /^revision "([^"]*)"/.exec(error.message)?.[1] ?? '';
    return new SlipwayError(
      'RevisionUnknown',
      `unable to resolve '${wanted}' to a commit SHA: ${error.message}`,
    );
  }
  if (!(error instanceof GitError)) return error;
  const text = `${error.stderr}\n${error.message}`;
  const reason = REASONS.find(([pattern]) => pattern.test(text))?.[1];
  if (!reason)
    return new SlipwayError('SourceUnreachable', `failed to list refs: ${url}: ${messageOf(error)}`);
  return new SlipwayError('SourceUnreachable', `failed to list refs: ${url}: ${reason}`);
}

/** Branch of an own repository from its status: no process, no request. */
function knownRevision({ repoURL, targetRevision }: GitRequest, known: Repository[]): string | undefined {
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

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
}
