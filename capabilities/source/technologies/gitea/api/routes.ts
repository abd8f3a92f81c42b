import {
  createProtection,
  deleteProtection,
  editProtection,
  getProtection,
  listProtections,
} from './branch-protections.ts';
import { createBranch, deleteBranch, getBranch, listBranches } from './branches.ts';
import { ok } from './call.ts';
import { changeFiles, createFile, deleteFile, updateFile } from './content/change-files.ts';
import { getCommit, listCommits } from './content/commits.ts';
import { getContents } from './content/contents.ts';
import { getArchive, getRaw } from './content/downloads.ts';
import { getBlob, getTree } from './content/trees.ts';
import {
  createHook,
  deleteHook,
  editHook,
  getHook,
  listRepositoryHooks,
  testHook,
} from './hooks/operations.ts';
import { createOrganization, getOrganization, getUser, listOrganizations, whoAmI } from './organizations.ts';
import { PULL_ROUTES } from './pulls/routes.ts';
import {
  createForUser,
  createInOrganization,
  deleteRepository,
  editRepository,
  getRepository,
  listMine,
  listOfOrganization,
  searchRepositories,
} from './repositories.ts';
import type { ApiRoute } from './route-table.ts';
import { createStatus, getCombinedStatus, listStatuses } from './statuses.ts';
import { createToken, deleteToken, listTokens } from './tokens.ts';

/** Of Gitea's version whose API this is; the part behind `+` says whose engine answers. */
export const VERSION = '1.26.0+slipway';

/** Answered without credentials. */
export const OPEN_ROUTES: ApiRoute[] = [
  ['GET', '/version', () => ok({ version: VERSION })],
  [
    'GET',
    '/settings/api',
    () =>
      ok({
        max_response_items: 50,
        default_paging_num: 30,
        default_git_trees_per_page: 1000,
        default_max_blob_size: 10485760,
        default_max_response_size: 104857600,
      }),
  ],
];

/** Everything else that is served; the first that fits is taken. */
export const API_ROUTES: ApiRoute[] = [
  ['GET', '/user', whoAmI],
  ['GET', '/user/orgs', listOrganizations],
  ['GET', '/user/repos', listMine],
  ['POST', '/user/repos', createForUser],
  ['GET', '/users/:username', getUser],
  ['GET', '/users/:username/repos', listOfOrganization],
  ['GET', '/users/:username/tokens', listTokens],
  ['POST', '/users/:username/tokens', createToken],
  ['DELETE', '/users/:username/tokens/:token', deleteToken],
  ['GET', '/orgs', listOrganizations],
  ['POST', '/orgs', createOrganization],
  ['GET', '/orgs/:org', getOrganization],
  ['GET', '/orgs/:org/repos', listOfOrganization],
  ['POST', '/orgs/:org/repos', createInOrganization],
  ['POST', '/org/:org/repos', createInOrganization],
  ['GET', '/repos/search', searchRepositories],
  ['GET', '/repos/:owner/:repo', getRepository],
  ['PATCH', '/repos/:owner/:repo', editRepository],
  ['DELETE', '/repos/:owner/:repo', deleteRepository],
  ['GET', '/repos/:owner/:repo/branches', listBranches],
  ['POST', '/repos/:owner/:repo/branches', createBranch],
  ['GET', '/repos/:owner/:repo/branches/*branch', getBranch],
  ['DELETE', '/repos/:owner/:repo/branches/*branch', deleteBranch],
  ['GET', '/repos/:owner/:repo/branch_protections', listProtections],
  ['POST', '/repos/:owner/:repo/branch_protections', createProtection],
  ['GET', '/repos/:owner/:repo/branch_protections/*name', getProtection],
  ['PATCH', '/repos/:owner/:repo/branch_protections/*name', editProtection],
  ['DELETE', '/repos/:owner/:repo/branch_protections/*name', deleteProtection],
  ...PULL_ROUTES,
  ['GET', '/repos/:owner/:repo/statuses/:sha', listStatuses],
  ['POST', '/repos/:owner/:repo/statuses/:sha', createStatus],
  ['GET', '/repos/:owner/:repo/commits/*ref/statuses', listStatuses],
  ['GET', '/repos/:owner/:repo/commits/*ref/status', getCombinedStatus],
  ['GET', '/repos/:owner/:repo/contents', getContents],
  ['POST', '/repos/:owner/:repo/contents', changeFiles],
  ['GET', '/repos/:owner/:repo/contents/*path', getContents],
  ['POST', '/repos/:owner/:repo/contents/*path', createFile],
  ['PUT', '/repos/:owner/:repo/contents/*path', updateFile],
  ['DELETE', '/repos/:owner/:repo/contents/*path', deleteFile],
  ['GET', '/repos/:owner/:repo/git/trees/:sha', getTree],
  ['GET', '/repos/:owner/:repo/git/blobs/:sha', getBlob],
  ['GET', '/repos/:owner/:repo/git/commits/:sha', getCommit],
  ['GET', '/repos/:owner/:repo/commits', listCommits],
  ['GET', '/repos/:owner/:repo/raw/*path', getRaw],
  ['GET', '/repos/:owner/:repo/media/*path', getRaw],
  ['GET', '/repos/:owner/:repo/archive/*archive', getArchive],
  ['GET', '/repos/:owner/:repo/hooks', listRepositoryHooks],
  ['POST', '/repos/:owner/:repo/hooks', createHook],
  ['GET', '/repos/:owner/:repo/hooks/:id', getHook],
  ['PATCH', '/repos/:owner/:repo/hooks/:id', editHook],
  ['DELETE', '/repos/:owner/:repo/hooks/:id', deleteHook],
  ['POST', '/repos/:owner/:repo/hooks/:id/tests', testHook],
];
