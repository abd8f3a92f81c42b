import type { Stored } from '@slipway/api';
import type { Repository } from '@slipway/kinds';
import { numberOf, userJson } from './identity.ts';

export interface Permissions {
  admin: boolean;
  push: boolean;
  pull: boolean;
}

/** Gitea's Repository; what we do not have is switched off in it. */
export function repositoryJson(
  object: Stored<Repository>,
  base: string,
  permissions: Permissions,
  { openChanges = 0 } = {},
) {
  const { owner, name, description = '', defaultBranch = 'main' } = object.spec;
  const html = `${base}/${owner}/${name}`;
  const url = `${base}/api/v1/repos/${owner}/${name}`;
  return {
    id: numberOf(object.metadata.uid),
    owner: userJson(owner, base),
    name,
    full_name: `${owner}/${name}`,
    description,
    empty: Object.keys(object.status?.branches ?? {}).length === 0,
    private: true,
    fork: false,
    template: false,
    mirror: false,
    size: 0,
    language: '',
    languages_url: `${url}/languages`,
    html_url: html,
    url,
    link: '',
    ssh_url: '',
    clone_url: `${html}.git`,
    original_url: '',
    website: '',
    stars_count: 0,
    forks_count: 0,
    watchers_count: 0,
    open_issues_count: 0,
    open_pr_counter: openChanges,
    release_counter: 0,
    default_branch: defaultBranch,
    archived: false,
    created_at: object.metadata.creationTimestamp,
    updated_at: object.status?.pushedAt ?? object.metadata.creationTimestamp,
    archived_at: '1970-01-01T00:00:00Z',
    permissions,
    has_issues: false,
    has_wiki: false,
    has_pull_requests: true,
    has_projects: false,
    projects_mode: 'all',
    has_releases: false,
    has_packages: false,
    has_actions: false,
    ignore_whitespace_conflicts: false,
    allow_merge_commits: true,
    allow_rebase: true,
    allow_rebase_explicit: true,
    allow_squash_merge: true,
    allow_fast_forward_only_merge: true,
    allow_rebase_update: false,
    allow_manual_merge: false,
    autodetect_manual_merge: false,
    default_delete_branch_after_merge: false,
    default_merge_style: 'merge',
    default_allow_maintainer_edit: false,
    avatar_url: '',
    internal: false,
    mirror_interval: '',
    object_format_name: 'sha1',
    mirror_updated: '0001-01-01T00:00:00Z',
    topics: [],
    licenses: null,
  };
}
