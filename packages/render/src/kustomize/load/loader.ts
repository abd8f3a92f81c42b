import { KustomizeError, within } from '../kustomize-error.ts';
import type { KustomizeFetch, KustomizeLimits } from '../kustomize-input.ts';
import { isWithin, joinPath } from './path.ts';
import { parseRepository, type RepositoryUrl } from './repository-url.ts';
import { type ReadBudget, SourceFiles } from './source-files.ts';

/** What all loaders of a build have in common. */
export interface LoadContext {
  fetch: KustomizeFetch | undefined;
  limits: KustomizeLimits;
  budget: ReadBudget;
}

interface Place {
  files: SourceFiles;
  root: string;
  restrict: boolean;
  referrer?: Loader;
  repository?: RepositoryUrl;
}

/** A file over HTTP that does not come: nothing else is tried then. */
export class HttpError extends KustomizeError {}

const STATUS_TEXTS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  410: 'Gone',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Reads what one kustomization names, and gives the loader of another (`FileLoader`). */
export class Loader {
  /** Absolute, without links. */
  readonly root: string;
  readonly #place: Place;
  readonly #context: LoadContext;

  constructor(place: Place, context: LoadContext) {
    this.root = place.root;
    this.#place = place;
    this.#context = context;
  }

  get depth(): number {
    return 1 + (this.#place.referrer?.depth ?? 0);
  }

  /** @throws KustomizeError when nothing stands there, or outside the root while that is not allowed */
  async load(path: string): Promise<Uint8Array> {
    if (/^https?:/i.test(path)) return this.#download(path);
    const full = path.startsWith('/') ? path : joinPath(this.root, path);
    const { files, restrict } = this.#place;
    const real = await files.resolve(full);
    if (real.file === undefined)
      throw new KustomizeError(
        restrict ? `'${full}' must resolve to a file` : `read ${full}: is a directory`,
      );
    if (restrict && !isWithin(real.folder, this.root))
      throw new KustomizeError(`security; file '${full}' is not in or below '${this.root}'`);
    const data = await files.read(joinPath(real.folder, real.file));
    if (data === undefined) throw new KustomizeError(`open ${full}: no such file or directory`);
    return data;
  }

  async loadText(path: string): Promise<string> {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await this.load(path));
  }

  /** The folder of a chart, for who reads it without the loader. */
  get files(): SourceFiles {
    return this.#place.files;
  }

  /** The loader of another kustomization: a folder beside or below, or a remote repository's. */
  async open(path: string): Promise<Loader> {
    if (path === '') throw new KustomizeError('new root cannot be empty');
    const repository = parseRepository(path);
    if (repository) {
      this.#refuseRepositoryCycle(repository);
      return openRepository(repository, this.#context, this);
    }
    if (path.startsWith('/')) throw new KustomizeError(`new root '${path}' cannot be absolute`);
    const { files, restrict } = this.#place;
    const root = await confirmFolder(files, joinPath(this.root, path));
    this.#refuseCycle(root);
    return new Loader({ files, root, restrict, referrer: this }, this.#context);
  }

  async #download(url: string): Promise<Uint8Array> {
    const { fetch } = this.#context;
    if (!fetch) throw new KustomizeError(`remote files are not fetched here: ${url}`, 'KustomizeUnsupported');
    const { status, body } = await fetch.file(url);
    if (status >= 200 && status <= 299) return body;
    if (parseRepository(url)) throw new KustomizeError('URL is a git repository');
    throw new HttpError(`HTTP Error: status code ${status} (${STATUS_TEXTS[status] ?? ''})`);
  }

  /** Neither a visited folder nor one above it. */
  #refuseCycle(candidate: string): void {
    if (isWithin(this.root, candidate))
      throw new KustomizeError(
        `cycle detected: candidate root '${candidate}' contains visited root '${this.root}'`,
      );
    const { referrer } = this.#place;
    if (referrer) referrer.#refuseCycle(candidate);
  }

  #refuseRepositoryCycle(next: RepositoryUrl): void {
    const { repository, referrer } = this.#place;
    if (repository?.raw.startsWith(next.raw))
      throw new KustomizeError(
        `cycle detected: URI '${next.raw}' referenced by previous URI '${repository.raw}'`,
      );
    if (referrer) referrer.#refuseRepositoryCycle(next);
  }
}

/** @throws KustomizeError `must build at directory: …` */
export async function confirmFolder(files: SourceFiles, path: string): Promise<string> {
  try {
    const real = await files.resolve(path);
    if (real.file === undefined) return real.folder;
  } catch (error) {
    return within('must build at directory', () =>
      within('not a valid directory', () => {
        throw error;
      }),
    );
  }
  throw new KustomizeError(`must build at directory: '${path}': file is not directory`);
}

/** A remote repository is a file system of its own: nothing leads out of it. */
async function openRepository(
  remote: RepositoryUrl,
  context: LoadContext,
  referrer: Loader,
): Promise<Loader> {
  const { url, ref, submodules, timeoutMs, folder } = remote;
  if (!context.fetch)
    throw new KustomizeError(
      `remote repositories are not fetched here: ${remote.raw}`,
      'KustomizeUnsupported',
    );
  const reader = await context.fetch.repository({
    url,
    submodules,
    timeoutMs,
    ...(ref === undefined ? {} : { ref }),
  });
  const files = new SourceFiles(reader, `/${url.replace(/[^\w.-]+/g, '-')}`, context);
  const path = joinPath(files.mount, folder);
  const real = await files.resolve(path);
  if (real.file !== undefined)
    throw new KustomizeError(`'${path}' refers to file '${real.file}'; expecting directory`);
  return new Loader({ files, root: real.folder, restrict: true, referrer, repository: remote }, context);
}
