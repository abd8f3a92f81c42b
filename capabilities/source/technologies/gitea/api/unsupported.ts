/** What of Gitea's API is not there, by the part of the path that names it. */
const MISSING: [RegExp, string][] = [
  [/\/pulls\//, 'pull requests with that: drafts of reviews, pins and scheduled merges are not kept'],
  [/\/(issues|labels|milestones)(\/|$)/, 'issues: keep them in your tracker'],
  [/\/releases(\/|$)/, 'releases: push a tag; images are released through environments'],
  [/\/(wiki|topics|stargazers|subscribers|subscription)(\/|$)/, 'wikis and social features'],
  [/\/(actions|runs|workflows)(\/|$)/, 'Gitea Actions: pipelines are Workflow objects (argoproj.io)'],
  [/\/packages(\/|$)/, 'packages: images go to the registry'],
  [/\/(tag_protections|collaborators|teams)(\/|$)/, 'own rights: rights are RBAC of the platform'],
  [/\/(forks|transfer|mirror-sync|push_mirrors|migrate|generate)(\/|$)/, 'forks, transfers and mirrors'],
  [/^\/admin\//, 'administration: users and teams are API objects of the platform'],
];

/** Says what is asked for and why it is not served. */
export function whyNotServed(method: string, path: string): string {
  const reason = MISSING.find(([pattern]) => pattern.test(path))?.[1];
  const what = reason ? `there are no ${reason}` : 'this part of Gitea’s API is not served';
  return `${method} /api/v1${path}: ${what}`;
}
