import type { GitCommit, GitServer } from '../workload/git-server.ts';

/** One state an environment of a service was brought to, as the commit's message tells. */
export interface Past {
  commit: string;
  image?: string;
  revision: string;
  at: string;
  /** uid of the Promotion that brought it. */
  promotion?: string;
}

/** Trailer by which a Promotion finds its commit again. */
export const PROMOTION_ID = 'Promotion-Id';

/** What ran in an environment of a service, newest first; what people committed by hand is not in it. */
export async function pastOf(
  git: GitServer,
  { repository, path }: { repository: string; path: string },
): Promise<Past[]> {
  return (await git.commits(repository, 'main', path)).flatMap(pastIn);
}

/** Pure. */
export function pastIn({ id, message, at }: GitCommit): Past[] {
  const trailer = (name: string) => new RegExp(`^${name}: (.+)$`, 'm').exec(message)?.[1];
  const revision = /@([0-9a-f]{40,64})$/.exec(trailer('Source') ?? '')?.[1];
  if (!revision) return [];
  const image = trailer('Image');
  const promotion = trailer(PROMOTION_ID);
  return [{ commit: id, revision, at, ...(image ? { image } : {}), ...(promotion ? { promotion } : {}) }];
}
