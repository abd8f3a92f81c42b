import { normalizeGitUrl } from '../settings/git-url.ts';
import { matchesGlob } from '../settings/glob.ts';
import type { ProjectSpec } from './spec.ts';

/**
 * Whether a project allows a repository: some pattern fits and none that begins with `!` takes it away. A pattern's
 * `*` stops at slashes, `**` does not; `*` alone is everything.
 */
export function isSourcePermitted({ sourceRepos = [] }: ProjectSpec, repoURL: string): boolean {
  // What is no URL is compared as it is written.
  const address = normalizeGitUrl(repoURL);
  const normalize = (text: string) => (address === '' ? text : normalizeGitUrl(text));
  const url = address || repoURL;
  let permitted = false;
  for (const pattern of sourceRepos) {
    const denies = pattern.startsWith('!');
    const normalized = normalize(denies ? pattern.slice(1) : pattern);
    // `*` alone is everything; in a denial its star stops at slashes, as everywhere.
    const fits = (!denies && normalized === '*') || matchesGlob(url, normalized, '/');
    if (denies && fits) return false;
    // A denial that does not hold counts as a permission (as upstream has it).
    if (denies !== fits) permitted = true;
  }
  return permitted;
}
