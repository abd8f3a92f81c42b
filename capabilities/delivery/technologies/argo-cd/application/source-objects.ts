import { messageOf } from '@slipway/api';
import type { Ports } from '@slipway/definition';
import type { Repository } from '@slipway/kinds';
import { type Manifest, plainManifests } from '@slipway/render';
import { type GitRemote, gitReader, mirrorGit, resolveRevision } from '@slipway/sources';
import type { ApplicationSpec } from './spec.ts';

/** A source at one revision, or why it could not be read. */
export type LoadedSource = { revision: string; manifests: Manifest[] } | { revision?: string; error: string };

export interface SourceLoader {
  /** `known` are the platform's own repositories: their branches are in their status, so nobody has to be asked. */
  load(source: ApplicationSpec['source'], known: Repository[], signal: AbortSignal): Promise<LoadedSource>;
}

const INTERNAL = 'git.slipway.internal';
const KEPT = 200;

/** Loads sources through a cache of Git mirrors; manifests of the same revision and options are rendered once. */
export function sourceLoader(ports: Ports): SourceLoader {
  const rendered = new Map<string, Manifest[]>();
  return {
    async load(source, known, signal) {
      let revision: string | undefined;
      try {
        const remote = await remoteOf(source.repoURL, ports);
        const cacheFolder = (await ports.data.folder('sources')).path;
        revision =
          knownRevision(source, known) ??
          (await resolveRevision({ ...remote, cacheFolder, revision: source.targetRevision, signal }));
        const key = JSON.stringify([source, revision]);
        const manifests =
          rendered.get(key) ?? (await render({ source, revision, remote, cacheFolder, signal }));
        remember(rendered, key, manifests);
        return { revision, manifests };
      } catch (error) {
        if (signal.aborted) throw error;
        return { ...(revision ? { revision } : {}), error: messageOf(error) };
      }
    },
  };
}

interface RenderInput {
  source: ApplicationSpec['source'];
  revision: string;
  remote: GitRemote;
  cacheFolder: string;
  signal: AbortSignal;
}

async function render({ source, revision, remote, cacheFolder, signal }: RenderInput): Promise<Manifest[]> {
  const { repository } = await mirrorGit({ ...remote, cacheFolder, revision, signal });
  const reader = gitReader(repository, revision);
  try {
    const { path, recurse, include, exclude } = source;
    const manifests = await plainManifests({
      reader,
      path,
      recurse,
      ...(include ? { include } : {}),
      ...(exclude ? { exclude } : {}),
    });
    if (manifests) return manifests;
    throw new Error(`${path}: app path does not exist`);
  } finally {
    reader.close();
  }
}

/** The platform's own server is reached with this engine's token; other servers without credentials. */
async function remoteOf(url: string, ports: Ports): Promise<GitRemote> {
  const { hostname } = new URL(url);
  if (hostname !== INTERNAL) return { url };
  return { url, address: ports.resolve(hostname), auth: { password: await ports.token() } };
}

/** Branch of an own repository from its status: no process, no request. */
function knownRevision(
  { repoURL, targetRevision }: ApplicationSpec['source'],
  known: Repository[],
): string | undefined {
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

function remember(cache: Map<string, Manifest[]>, key: string, value: Manifest[]): void {
  cache.delete(key);
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
}
