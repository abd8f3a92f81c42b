/** Where a repository is to be, as Backstage writes it: `host?owner=…&repo=…`. */
export interface RepoUrl {
  host: string;
  owner: string;
  repo: string;
}

export function readRepoUrl(text: unknown): RepoUrl {
  const url = typeof text === 'string' && text !== '' ? URL.parse(`https://${text}`) : null;
  const of = (name: string) => url?.searchParams.get(name) ?? '';
  return { host: url?.host ?? '', owner: of('owner'), repo: of('repo') };
}

export function writeRepoUrl({ host, owner, repo }: RepoUrl): string {
  const search = new URLSearchParams();
  if (owner) search.set('owner', owner);
  if (repo) search.set('repo', repo);
  return `${host}?${search}`;
}

/** What is still missing, as a sentence. */
export function repoUrlProblem({ host, owner, repo }: RepoUrl): string | undefined {
  if (host === '') return 'Choose a host.';
  if (owner === '') return 'Choose the team that owns it.';
  if (repo === '') return 'Give the repository a name.';
  return /^[A-Za-z0-9._-]{1,100}$/.test(repo)
    ? undefined
    : 'A repository’s name has letters, digits, - _ and . only.';
}
