import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { messageOf } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Address } from '@slipway/definition';
import { Repository } from '@slipway/kinds';
import { fetchGit } from '@slipway/sources';
import { bad, type Check, ok, type Seen, several, unknown } from './check.ts';
import { secretShapes } from './secret-shapes.ts';

const MOST_REPOSITORIES = 40;
const MOST_FILES = 5_000;
const MOST_BYTES = 1 << 20;
const MOST_BYTES_IN_ALL = 64 << 20;
const AT_ONCE = 4;
const BINARY_HEAD = 8_000;

interface Options {
  client: Client;
  resolve(name: string): Address;
  password: string;
}

/** Looks into the newest commit of the repositories that were pushed last; what is found is named, never shown. */
export function secretsInGit(options: Options): Check {
  return {
    check: 'secrets-in-git',
    what: 'no key or token of a known shape is in a repository',
    how: `the head of each default branch, at most ${MOST_REPOSITORIES} repositories and ${MOST_FILES} files of each`,
    look: async signal => {
      const { items } = await options.client.list(Repository);
      const pushed = items
        .filter(({ spec, status }) => status?.url && status.branches?.[spec.defaultBranch ?? 'main'])
        .toSorted((a, b) => ((a.status?.pushedAt ?? '') < (b.status?.pushedAt ?? '') ? 1 : -1))
        .slice(0, MOST_REPOSITORIES);
      const folder = await mkdtemp(join(tmpdir(), 'slipway-security-'));
      try {
        const looking = { ...options, cacheFolder: folder, signal, left: MOST_BYTES_IN_ALL };
        const found = await inAll(pushed, looking);
        return verdict({ ...found, isWhole: looking.left > 0 }, pushed.length, items.length);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

interface Looking extends Options {
  cacheFolder: string;
  signal: AbortSignal;
  /** Bytes that may still be read: the report must not keep the platform busy. */
  left: number;
}

function verdict(
  found: { places: string[]; failed: string[]; isWhole: boolean },
  looked: number,
  all: number,
): Seen {
  const fix = 'take it back where it was made, then put it into a Secret; the history keeps what was pushed';
  if (found.places.length > 0) return bad(several(found.places), fix);
  if (found.failed.length > 0) return unknown(several(found.failed, 3), 'ask again');
  const part = found.isWhole ? '' : ', until 64 MiB were read';
  return ok(`${looked} of ${all} repositories looked at${part}`);
}

async function inAll(
  repositories: Repository[],
  looking: Looking,
): Promise<{ places: string[]; failed: string[] }> {
  const [places, failed]: [string[], string[]] = [[], []];
  const waiting = [...repositories];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (looking.signal.aborted || looking.left <= 0) return;
      const { owner, name } = next.spec;
      await inRepository(next, looking).then(
        found => places.push(...found.map(place => `${owner}/${name} ${place}`)),
        error => failed.push(`${owner}/${name}: ${messageOf(error)}`),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { places: places.sort(), failed };
}

async function inRepository({ spec, status }: Repository, looking: Looking): Promise<string[]> {
  const { folder } = await fetchGit({
    url: status?.url ?? '',
    address: looking.resolve('git.slipway.internal'),
    auth: { password: looking.password },
    revision: status?.branches?.[spec.defaultBranch ?? 'main'] ?? '',
    cacheFolder: looking.cacheFolder,
    signal: looking.signal,
  });
  const places: string[] = [];
  for await (const path of filesIn(folder)) {
    if (looking.signal.aborted || looking.left <= 0) break;
    const text = await textOf(path);
    looking.left -= text?.length ?? 0;
    const found = text === undefined ? [] : secretShapes(text);
    places.push(...found.map(({ line, kind }) => `${relative(folder, path)}:${line} (${kind})`));
  }
  return places;
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter(each => each.isFile()).slice(0, MOST_FILES))
    yield join(entry.parentPath, entry.name);
}

async function textOf(path: string): Promise<string | undefined> {
  if ((await stat(path)).size > MOST_BYTES) return undefined;
  const bytes = await readFile(path);
  return bytes.subarray(0, BINARY_HEAD).includes(0) ? undefined : bytes.toString();
}
