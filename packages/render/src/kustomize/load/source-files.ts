import type { SourceEntry, SourceReader } from '../../source-reader.ts';
import { KustomizeError } from '../kustomize-error.ts';
import type { KustomizeLimits } from '../kustomize-input.ts';
import { cleanPath, isWithin, joinPath } from './path.ts';

/** What one build may still read; shared by all sources of it. */
export interface ReadBudget {
  files: number;
  bytes: number;
}

/** A file's folder and name, or a folder (no name), with links followed. */
export interface RealPath {
  folder: string;
  file?: string;
}

const MAX_LINKS = 40;

/** The files of one source under the name it has in messages; links are followed as a file system would. */
export class SourceFiles {
  /** An absolute path. */
  readonly mount: string;
  readonly #reader: SourceReader;
  readonly #budget: ReadBudget;
  readonly #limits: KustomizeLimits;
  readonly #files = new Map<string, Promise<Uint8Array | undefined>>();
  readonly #folders = new Map<string, Promise<SourceEntry[] | undefined>>();

  constructor(
    reader: SourceReader,
    mount: string,
    { budget, limits }: { budget: ReadBudget; limits: KustomizeLimits },
  ) {
    this.#reader = reader;
    this.mount = cleanPath(mount);
    this.#budget = budget;
    this.#limits = limits;
  }

  /** Undefined when no file stands there; links are not followed. */
  async read(path: string): Promise<Uint8Array | undefined> {
    const relative = this.#relative(path);
    if (relative === undefined || relative === '') return undefined;
    let data = this.#files.get(relative);
    if (!data) {
      data = this.#reader.read(relative);
      this.#files.set(relative, data);
      this.#spend((await data)?.length);
    }
    return data;
  }

  /** A folder as others read it; undefined when none stands there. */
  async folder(path: string): Promise<{ reader: SourceReader; path: string } | undefined> {
    const relative = this.#relative(cleanPath(path));
    if (relative === undefined || (await this.#list(cleanPath(path))) === undefined) return undefined;
    return { reader: this.#reader, path: relative === '' ? '.' : relative };
  }

  #spend(bytes: number | undefined): void {
    if (bytes === undefined) return;
    this.#budget.files++;
    this.#budget.bytes += bytes;
    const { maxFiles, maxBytes } = this.#limits;
    if (this.#budget.files > maxFiles)
      throw new KustomizeError(`more than ${maxFiles} files are read`, 'KustomizeTooLarge');
    if (this.#budget.bytes > maxBytes)
      throw new KustomizeError(`more than ${maxBytes} bytes are read`, 'KustomizeTooLarge');
  }

  /**
   * Where a path leads.
   * @throws KustomizeError `evalsymlink failure on '…' : lstat …: no such file or directory`
   */
  async resolve(path: string): Promise<RealPath> {
    const clean = cleanPath(path);
    if ((await this.read(clean)) !== undefined) return parts(clean);
    if ((await this.#list(clean)) !== undefined) return { folder: clean };
    const { folder, file } = parts(clean);
    const beside = await this.#list(folder);
    // Where its folder is no link's, whatever is not in it is nowhere.
    if (beside && !beside.some(({ name }) => name === file)) throw missing(path, clean);
    const real = await this.#follow(clean, path);
    if ((await this.#list(real)) !== undefined) return { folder: real };
    if ((await this.read(real)) !== undefined) return parts(real);
    throw missing(path, real);
  }

  /** A path without links in it. */
  async #follow(clean: string, asked: string): Promise<string> {
    let rest = this.#steps(clean, asked);
    let at = this.mount;
    for (let links = 0; rest.length > 0; ) {
      const [name = '', ...further] = rest;
      const next = joinPath(at, name);
      const entry = (await this.#list(at))?.find(each => each.name === name);
      if (!entry) throw missing(asked, next);
      rest = further;
      if (entry.type !== 'link') {
        at = next;
        continue;
      }
      if (++links > MAX_LINKS)
        throw new KustomizeError(`evalsymlink failure on '${asked}' : EvalSymlinks: too many links`);
      const goal = await this.#target(next);
      rest = [...this.#steps(cleanPath(goal.startsWith('/') ? goal : `${at}/${goal}`), asked), ...further];
      at = this.mount;
    }
    return at;
  }

  #steps(path: string, asked: string): string[] {
    const relative = this.#relative(path);
    if (relative === undefined) throw missing(asked, this.#firstOutside(path));
    return relative === '' ? [] : relative.split('/');
  }

  /** The first part of a path outside that is no folder above this source. */
  #firstOutside(path: string): string {
    const parts = path.split('/');
    for (let length = 2; length < parts.length; length++) {
      const above = parts.slice(0, length).join('/');
      if (!isWithin(this.mount, above)) return above;
    }
    return path;
  }

  async #target(path: string): Promise<string> {
    const target = await this.#reader.target?.(this.#relative(path) ?? '');
    if (target !== undefined) return target;
    throw new KustomizeError(
      `'${path}' is a symbolic link, and links of this source cannot be followed; put the file itself there`,
      'KustomizeUnsupported',
    );
  }

  #list(path: string): Promise<SourceEntry[] | undefined> {
    const relative = this.#relative(path);
    if (relative === undefined) return Promise.resolve(undefined);
    const known = this.#folders.get(relative);
    if (known) return known;
    const entries = this.#reader.list(relative);
    this.#folders.set(relative, entries);
    return entries;
  }

  /** Undefined for what is outside. */
  #relative(path: string): string | undefined {
    if (!isWithin(path, this.mount)) return undefined;
    return path.slice(this.mount === '/' ? 1 : this.mount.length + 1);
  }
}

function parts(path: string): RealPath {
  const at = path.lastIndexOf('/');
  return { folder: path.slice(0, at) || '/', file: path.slice(at + 1) };
}

function missing(path: string, at: string): KustomizeError {
  return new KustomizeError(`evalsymlink failure on '${path}' : lstat ${at}: no such file or directory`);
}
