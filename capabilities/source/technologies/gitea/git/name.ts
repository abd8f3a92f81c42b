import { SourceError } from '../../../contract.ts';
import { NAME, OWNER, RESERVED, type RepositoryName } from '../../../repository-name.ts';

export { checkName, namespaceOf, objectNameOf, type RepositoryName } from '../../../repository-name.ts';

/** Owner and name from two path segments, or undefined when they can be no repository's. */
export function nameFromPath(ownerText: string, nameText: string): RepositoryName | undefined {
  const owner = ownerText.toLowerCase();
  const name = nameText.replace(/\.git$/i, '');
  return OWNER.test(owner) && NAME.test(name) && !RESERVED.test(name) ? { owner, name } : undefined;
}

/** A branch name that git accepts (git-check-ref-format) and that cannot be taken for an option. */
export function isBranchName(name: string): boolean {
  if (name === '' || name.length > 200 || name === '@' || name === 'HEAD') return false;
  if (/^[-/.]|[/.]$|\.\.|\/\/|@\{|\/\.|\.lock(\/|$)/.test(name)) return false;
  return !/[\p{Cc} ~^:?*[\\]/u.test(name);
}

/** A file's path inside a repository. @throws SourceError PathInvalid */
export function checkPath(path: string): void {
  const parts = path.split('/');
  const bad = parts.some(part => part === '' || part === '.' || part === '..' || /^\.git$/i.test(part));
  if (bad || path.length > 4000 || /[\p{Cc}]/u.test(path))
    throw new SourceError(
      'PathInvalid',
      `path ${JSON.stringify(path)}: is not a valid path inside a repository`,
    );
}
