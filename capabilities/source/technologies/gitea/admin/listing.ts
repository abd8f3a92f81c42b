import { listKey } from '../../../repository-at/plan.ts';
import type { ListedRepository } from '../../../repository-at/repository-host.ts';
import type { GiteaApi } from './gitea-api.ts';
import { good } from './gitea-api.ts';

/** A repository as Gitea gives it, as far as it is used here. */
export interface GiteaRepository {
  name: string;
  full_name: string;
  owner: { login: string };
  description: string;
  default_branch: string;
  private: boolean;
  empty: boolean;
  /** RFC 3339, whole seconds; of the last push or change of settings. */
  updated_at: string;
  open_issues_count?: number;
  open_pr_counter?: number;
  release_counter?: number;
}

const PAGE = 50;
/** Gitea counts seconds, and tells of a push a moment after it. */
const FRESH_MS = 3_000;

export type Listing = (api: GiteaApi) => Promise<ReadonlyMap<string, ListedRepository>>;

/**
 * Everything there is; after the first time, one request as long as little changes: the list begins with what changed
 * last, and a repository that is gone changes the count.
 */
export function createListing(): Listing {
  let known: ReadonlyMap<string, ListedRepository> = new Map();
  return async api => {
    const found = new Map<string, ListedRepository>();
    for (let page = 1; ; page++) {
      const path = `/repos/search?sort=updated&order=desc&limit=${PAGE}&page=${page}`;
      const answer = good(await api.ask('GET', path), 'GET /repos/search');
      const { data = [] } = answer.json() as { data?: GiteaRepository[] };
      const now = Date.parse(String(answer.headers.date ?? '')) || 0;
      for (const repository of data) found.set(listKey(nameOf(repository)), listed(repository, now));
      const merged = mergedWith(known, found, { last: data.at(-1), total: answer.headers['x-total-count'] });
      if (merged || data.length < PAGE) {
        known = merged ?? found;
        return known;
      }
    }
  };
}

/** All of them, when everything after this page is as it was. */
function mergedWith(
  known: ReadonlyMap<string, ListedRepository>,
  found: ReadonlyMap<string, ListedRepository>,
  { last, total }: { last: GiteaRepository | undefined; total: unknown },
): ReadonlyMap<string, ListedRepository> | undefined {
  const before = last && known.get(listKey(nameOf(last)));
  if (!before || before.isFresh || before.stamp !== last.updated_at) return undefined;
  const merged = new Map([...known, ...found]);
  return String(merged.size) === String(total) ? merged : undefined;
}

function nameOf({ owner, name }: GiteaRepository): { owner: string; name: string } {
  return { owner: owner.login, name };
}

function listed(repository: GiteaRepository, now: number): ListedRepository {
  return {
    ...nameOf(repository),
    defaultBranch: repository.default_branch || 'main',
    isPrivate: repository.private,
    stamp: repository.updated_at,
    isFresh: Date.parse(repository.updated_at) > now - FRESH_MS,
  };
}
