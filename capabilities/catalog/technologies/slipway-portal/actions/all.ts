import type { Action } from './action.ts';
import { cnoeSanitize, debugLog, debugWait } from './debug.ts';
import { fetchPlain, fetchPlainFile, fetchTemplate } from './fetch.ts';
import { catalogWrite, fsDelete, fsReaddir, fsRename } from './files.ts';
import { cnoeCreateArgocdApp, cnoeKubernetesApply, workloadCreate } from './objects.ts';
import { publishGitea } from './publish.ts';
import { catalogFetch, catalogRegister } from './register.ts';

/** Every action there is. */
export const ACTIONS: Action[] = [
  fetchTemplate,
  fetchPlain,
  fetchPlainFile,
  publishGitea,
  workloadCreate,
  catalogRegister,
  catalogWrite,
  catalogFetch,
  fsDelete,
  fsRename,
  fsReaddir,
  debugLog,
  debugWait,
  cnoeCreateArgocdApp,
  cnoeKubernetesApply,
  cnoeSanitize,
];

const byId = new Map(ACTIONS.map(action => [action.id, action]));

export function findAction(id: string): Action | undefined {
  return byId.get(id);
}
