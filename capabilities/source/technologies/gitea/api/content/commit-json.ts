import type { CommitPerson, ParsedCommit } from '@slipway/sources';
import type { OpenRepository } from '../repository-access.ts';

/** Start of the API's and of the pages' URLs of one repository. */
export interface RepositoryUrls {
  api: string;
  html: string;
}

export function urlsOf({ name }: OpenRepository, base: string): RepositoryUrls {
  return {
    api: `${base}/api/v1/repos/${name.owner}/${name.name}`,
    html: `${base}/${name.owner}/${name.name}`,
  };
}

export const unverified = {
  verified: false,
  reason: 'gpg.error.not_signed_commit',
  signature: '',
  signer: null,
  payload: '',
  verified_at: null,
};

/** Gitea's FileCommitResponse. */
export function fileCommitJson(commit: ParsedCommit, urls: RepositoryUrls) {
  return {
    ...metaJson(commit.id, commit.committer.date, urls),
    html_url: `${urls.html}/commit/${commit.id}`,
    author: commit.author,
    committer: commit.committer,
    parents: commit.parents.map(parent => metaJson(parent, '0001-01-01T00:00:00Z', urls)),
    message: commit.message,
    tree: treeMeta(commit, urls),
  };
}

/** Gitea's Commit. `author` and `committer` are accounts, which commits do not name. */
export function commitJson(commit: ParsedCommit, urls: RepositoryUrls) {
  const { id, committer, author, message, parents } = commit;
  return {
    ...metaJson(id, committer.date, urls),
    html_url: `${urls.html}/commit/${id}`,
    commit: {
      url: `${urls.api}/git/commits/${id}`,
      author,
      committer,
      message,
      tree: treeMeta(commit, urls),
      verification: unverified,
    },
    author: null,
    committer: null,
    parents: parents.map(parent => metaJson(parent, '0001-01-01T00:00:00Z', urls)),
  };
}

/** Gitea's PayloadCommit, in branches and webhooks. */
export function payloadCommitJson(commit: ParsedCommit, urls: RepositoryUrls) {
  const person = ({ name, email }: CommitPerson) => ({ name, email, username: '' });
  return {
    id: commit.id,
    message: commit.message,
    url: `${urls.html}/commit/${commit.id}`,
    author: person(commit.author),
    committer: person(commit.committer),
    verification: unverified,
    timestamp: commit.committer.date,
    added: null,
    removed: null,
    modified: null,
  };
}

function metaJson(id: string, created: string, urls: RepositoryUrls) {
  return { url: `${urls.api}/git/commits/${id}`, sha: id, created };
}

function treeMeta(commit: ParsedCommit, urls: RepositoryUrls) {
  return { url: `${urls.api}/git/trees/${commit.tree}`, sha: commit.tree, created: commit.committer.date };
}
