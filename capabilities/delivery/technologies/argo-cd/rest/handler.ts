import type { IncomingMessage, ServerResponse } from 'node:http';
import { StatusError } from '@slipway/api';
import { GrpcError, type Handler, sendGrpcError, sendJson } from '@slipway/gateway';
import { canI, listAccounts } from './account.ts';
import { listActions, runAction, runActionWithParameters } from './actions/resource-actions.ts';
import {
  createApplicationSet,
  deleteApplicationSet,
  getApplicationSet,
  listApplicationSets,
} from './application-sets.ts';
import {
  createApplication,
  deleteApplication,
  patchApplication,
  updateApplication,
  updateSpec,
} from './application-writes.ts';
import { getApplication, listApplications } from './applications.ts';
import { chartDetails } from './chart-details.ts';
import { createCluster, deleteCluster, updateCluster } from './cluster-writes.ts';
import { getCluster, listClusters } from './clusters.ts';
import { listEvents } from './events.ts';
import { type Caller, callerOf, credentialOf, type Exchange, type RestState, send } from './exchange.ts';
import { streamLogs } from './logs.ts';
import { getManifests, managedResources } from './managed-resources.ts';
import { rollbackApplication, syncApplication, terminateOperation } from './operations.ts';
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  projectEvents,
  projectWindows,
  updateProject,
} from './projects.ts';
import { insteadOf } from './refusals.ts';
import {
  createRepository,
  deleteRepository,
  getRepository,
  listRepositories,
  updateRepository,
} from './repositories.ts';
import { getResourceTree, watchResourceTree } from './resource-tree.ts';
import { deleteResource, getResource, patchResource } from './resources.ts';
import { revisionMetadata } from './revisions.ts';
import { createSession, deleteSession, getUserInfo } from './session.ts';
import { getSettings, getVersion } from './settings.ts';
import { watchApplications } from './watch-applications.ts';
import { getSyncWindows } from './windows.ts';

type Call = (exchange: Exchange, parameters: string[]) => Promise<void>;
type OpenCall = (caller: Caller) => Promise<void>;

/** Calls that anybody may make. */
const OPEN: Record<string, OpenCall> = {
  'GET /api/version': getVersion,
  'GET /api/v1/settings': getSettings,
  'POST /api/v1/session': createSession,
  'DELETE /api/v1/session': deleteSession,
  'GET /api/v1/session/userinfo': getUserInfo,
};

/** Everything else, by method and path; `*` is one decoded part of the path, `**` all that is left. */
const CALLS: Record<string, Call> = {
  'GET /api/v1/account': listAccounts,
  'GET /api/v1/account/can-i/*/*/**': canI,
  'GET /api/v1/applications': listApplications,
  'POST /api/v1/applications': createApplication,
  'GET /api/v1/stream/applications': watchApplications,
  'GET /api/v1/stream/applications/*/resource-tree': watchResourceTree,
  'GET /api/v1/applications/*': getApplication,
  'PUT /api/v1/applications/*': updateApplication,
  'PATCH /api/v1/applications/*': patchApplication,
  'DELETE /api/v1/applications/*': deleteApplication,
  'PUT /api/v1/applications/*/spec': updateSpec,
  'POST /api/v1/applications/*/sync': syncApplication,
  'POST /api/v1/applications/*/rollback': rollbackApplication,
  'DELETE /api/v1/applications/*/operation': terminateOperation,
  'GET /api/v1/applications/*/resource-tree': getResourceTree,
  'GET /api/v1/applications/*/managed-resources': managedResources,
  'GET /api/v1/applications/*/manifests': getManifests,
  'GET /api/v1/applications/*/resource': getResource,
  'POST /api/v1/applications/*/resource': patchResource,
  'DELETE /api/v1/applications/*/resource': deleteResource,
  'GET /api/v1/applications/*/events': listEvents,
  'GET /api/v1/applications/*/logs': streamLogs,
  'GET /api/v1/applications/*/pods/*/logs': streamLogs,
  'GET /api/v1/applications/*/syncwindows': getSyncWindows,
  'GET /api/v1/applications/*/revisions/*/metadata': revisionMetadata,
  'GET /api/v1/applications/*/revisions/*/chartdetails': chartDetails,
  'GET /api/v1/applications/*/resource/actions': listActions,
  'POST /api/v1/applications/*/resource/actions': runAction,
  'POST /api/v1/applications/*/resource/actions/v2': runActionWithParameters,
  'GET /api/v1/applications/*/resource/links': async exchange => send(exchange, { items: [] }),
  'GET /api/v1/applications/*/links': async exchange => send(exchange, { items: [] }),
  'GET /api/v1/applicationsets': listApplicationSets,
  'POST /api/v1/applicationsets': createApplicationSet,
  'GET /api/v1/applicationsets/*': getApplicationSet,
  'DELETE /api/v1/applicationsets/*': deleteApplicationSet,
  'GET /api/v1/projects': listProjects,
  'POST /api/v1/projects': createProject,
  'GET /api/v1/projects/*': getProject,
  'PUT /api/v1/projects/*': updateProject,
  'DELETE /api/v1/projects/*': deleteProject,
  'GET /api/v1/projects/*/events': projectEvents,
  'GET /api/v1/projects/*/links': async exchange => send(exchange, { items: [] }),
  'GET /api/v1/projects/*/syncwindows': projectWindows,
  'GET /api/v1/settings/plugins': async exchange => send(exchange, { plugins: [] }),
  'GET /api/v1/clusters': listClusters,
  'POST /api/v1/clusters': createCluster,
  'GET /api/v1/clusters/*': getCluster,
  'PUT /api/v1/clusters/*': updateCluster,
  'DELETE /api/v1/clusters/*': deleteCluster,
  'GET /api/v1/repositories': listRepositories,
  'POST /api/v1/repositories': createRepository,
  'GET /api/v1/repositories/*': getRepository,
  'PUT /api/v1/repositories/*': updateRepository,
  'DELETE /api/v1/repositories/*': deleteRepository,
};

const PATTERNS = Object.entries(CALLS).map(([key, call]) => {
  const [method = '', path = ''] = key.split(' ');
  return {
    method,
    pattern: new RegExp(`^${path.replaceAll('**', '(.+)').replace(/\*/g, '([^/]+)')}$`),
    call,
  };
});

/** Argo CD's API, at the host `argocd`; the caller's rights are the platform's. */
export function restHandler(state: RestState): Handler {
  return async (request, response) => {
    try {
      await serve(state, request, response);
    } catch (error) {
      if (response.destroyed) return;
      if (!(error instanceof StatusError) && !(error instanceof GrpcError)) {
        const { pathname } = new URL(request.url ?? '/', 'http://argocd');
        state.desk.ports.log.error('request failed', { path: pathname, error: String(error) });
      }
      sendGrpcError(response, error, { named: true });
    }
  };
}

async function serve(state: RestState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://argocd');
  const caller: Caller = { state, request, response, query: searchParams };
  if (pathname === '/') return sendJson(response, { api: `${state.publicUrl}/api/v1`, portal: '/delivery' });
  if (pathname === '/healthz') return sendJson(response, 'ok');
  const open = OPEN[`${request.method} ${pathname}`];
  if (open) return open(caller);
  const user = await callerOf(state, request);
  if (!user) {
    const why = credentialOf(request) ? 'invalid session: token is not valid' : 'no session information';
    throw new GrpcError('Unauthenticated', why);
  }
  for (const { method, pattern, call } of PATTERNS) {
    const match = method === request.method ? pattern.exec(pathname) : null;
    if (match) return call({ ...caller, user }, match.slice(1).map(decoded));
  }
  const path = `${request.method} ${pathname}`;
  const instead = insteadOf(request.method ?? '', pathname);
  throw new GrpcError('Unimplemented', `${path}: not served here; ${instead}`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new GrpcError('InvalidArgument', `${part.slice(0, 50)}: not a part of a path`);
  }
}
