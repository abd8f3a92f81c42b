import type { Action } from './action.ts';
import { debugLog, debugWait } from './debug.ts';
import { fetchPlain, fetchPlainFile, fetchTemplate, fetchTemplateFile } from './fetch.ts';
import { catalogWrite, fsDelete, fsRead, fsReaddir, fsRename } from './files.ts';
import {
  argocdCreateResources,
  cnoeCreateArgocdApp,
  cnoeKubernetesApply,
  cnoeKubernetesApplyOld,
  workloadCreate,
} from './objects.ts';
import { PUBLISH_ELSEWHERE, publishGitea } from './publish.ts';
import { publishGiteaPullRequest, publishGithubPullRequest } from './pull-request.ts';
import { catalogFetch, catalogRegister } from './register.ts';
import { cnoeSanitize } from './sanitize.ts';
import { fsAppend, fsWrite, mergeData, serializeJson, serializeYaml } from './serialize.ts';
import { cnoeVerify } from './verify.ts';

/** Every action there is. */
export const ACTIONS: Action[] = [
  fetchTemplate,
  fetchTemplateFile,
  fetchPlain,
  fetchPlainFile,
  publishGitea,
  ...PUBLISH_ELSEWHERE,
  publishGiteaPullRequest,
  publishGithubPullRequest,
  workloadCreate,
  catalogRegister,
  catalogWrite,
  catalogFetch,
  fsDelete,
  fsRename,
  fsRead,
  fsReaddir,
  debugLog,
  debugWait,
  cnoeCreateArgocdApp,
  argocdCreateResources,
  cnoeKubernetesApply,
  cnoeKubernetesApplyOld,
  cnoeSanitize,
  cnoeVerify,
  serializeYaml,
  serializeJson,
  fsWrite,
  fsAppend,
  mergeData,
];

const byId = new Map(ACTIONS.map(action => [action.id, action]));

export function findAction(id: string): Action | undefined {
  return byId.get(id);
}
