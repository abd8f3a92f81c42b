import type { Secret } from '@slipway/kinds';
import { normalizeGitUrl, sameGitUrl } from './git-url.ts';
import {
  hasCredentials,
  publicRepository,
  type RepositoryAccess,
  readRepository,
  secretTexts,
  withTemplate,
} from './repository.ts';

export interface CredentialSecrets {
  /** `secret-type: repository` */
  repositories: Secret[];
  /** `secret-type: repo-creds` */
  templates: Secret[];
}

/**
 * How a repository is reached, as Argo CD chooses: the project's own Secret of this address, else one for all projects;
 * when that has nothing to sign in with, the template with the longest address that is a prefix.
 * @throws SlipwayError RepositoryInvalid, RepositoryUnsupported of the Secret that was chosen
 */
export function findCredentials(
  { repositories, templates }: CredentialSecrets,
  url: string,
  project: string,
): RepositoryAccess {
  const same = repositories.filter(secret => sameGitUrl(secretTexts(secret).url ?? '', url));
  const ofProject = (wanted: string) => same.find(secret => (secretTexts(secret).project ?? '') === wanted);
  const chosen = ofProject(project) ?? ofProject('');
  const repository = chosen ? readRepository(chosen) : publicRepository(url);
  if (hasCredentials(repository)) return repository;
  const template = longestPrefix(templates, url);
  return template ? withTemplate(repository, readRepository(template)) : repository;
}

function longestPrefix(templates: Secret[], url: string): Secret | undefined {
  const wanted = normalizeGitUrl(url);
  let best: { secret: Secret; length: number } | undefined;
  for (const secret of templates) {
    const prefix = normalizeGitUrl(secretTexts(secret).url ?? '');
    if (prefix === '' || !wanted.startsWith(prefix)) continue;
    if (!best || prefix.length > best.length) best = { secret, length: prefix.length };
  }
  return best?.secret;
}
