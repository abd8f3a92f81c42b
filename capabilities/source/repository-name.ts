import { createHash } from 'node:crypto';
import { SourceError } from './contract.ts';

/** An owner is a team, whose name is a DNS label. */
export const OWNER = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** Gitea's AlphaDashDot. */
export const NAME = /^[A-Za-z0-9._-]{1,100}$/;
/** Gitea's reserved repository names and endings. */
export const RESERVED = /^(\.{1,2}|-)$|\.(git|wiki|rss|atom)$/i;

/** Owner and name as they stand in URLs; both are compared without regard to case, as Gitea does. */
export interface RepositoryName {
  owner: string;
  name: string;
}

/** @throws SourceError RepositoryNameInvalid saying what is allowed */
export function checkName({ owner, name }: RepositoryName): void {
  const refuse = (what: string, value: string, rule: string) =>
    new SourceError('RepositoryNameInvalid', `${what} ${JSON.stringify(value)}: ${rule}`);
  if (!OWNER.test(owner))
    throw refuse(
      'owner',
      owner,
      'must be a team’s name: lower-case letters, digits and "-", at most 63 characters',
    );
  if (!NAME.test(name))
    throw refuse(
      'repository name',
      name,
      'only letters, digits, "-", "_" and "." are allowed, at most 100 characters',
    );
  if (RESERVED.test(name)) throw refuse('repository name', name, 'is reserved');
}

/** Name of the Repository object: the name in lower case when that is a legal object name, else by its hash. */
export function objectNameOf(name: string): string {
  const lower = name.toLowerCase();
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(lower)) return lower;
  return `repository.${createHash('sha256').update(lower).digest('hex').slice(0, 12)}`;
}

/** Namespace of a team's own objects. */
export function namespaceOf(owner: string): string {
  return `team-${owner}`;
}
