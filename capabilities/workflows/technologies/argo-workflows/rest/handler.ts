import type { IncomingMessage, ServerResponse } from 'node:http';
import { StatusError } from '@slipway/api';
import { GrpcError, type Handler, sendGrpcError, sendJson } from '@slipway/gateway';
import type { EngineState } from '../engine-state.ts';
import { authenticate, type Exchange } from './exchange.ts';
import { serveExecutor } from './executor.ts';
import { serveLog } from './log.ts';
import { getTemplates } from './templates.ts';
import {
  changeWorkflow,
  createWorkflow,
  deleteWorkflow,
  getWorkflow,
  listWorkflows,
  submitWorkflow,
} from './workflows.ts';

type Endpoint = (exchange: Exchange, parameters: string[]) => Promise<void>;

const NAME = '([a-z0-9][a-z0-9.-]*)';

/** Argo server's REST, as far as this engine serves it. */
const ENDPOINTS: { method: string; path: RegExp; serve: Endpoint }[] = [
  {
    method: 'GET',
    path: /^\/api\/v1\/info$/,
    serve: async ({ response }) => sendJson(response, { managedNamespace: '', links: [], columns: [] }),
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/userinfo$/,
    serve: async ({ response, user }) => sendJson(response, { subject: user.username, groups: user.groups }),
  },
  { method: 'GET', path: new RegExp(`^/api/v1/workflows/?${NAME}?$`), serve: listWorkflows },
  { method: 'POST', path: new RegExp(`^/api/v1/workflows/${NAME}$`), serve: createWorkflow },
  { method: 'POST', path: new RegExp(`^/api/v1/workflows/${NAME}/submit$`), serve: submitWorkflow },
  { method: 'GET', path: new RegExp(`^/api/v1/workflows/${NAME}/${NAME}$`), serve: getWorkflow },
  { method: 'DELETE', path: new RegExp(`^/api/v1/workflows/${NAME}/${NAME}$`), serve: deleteWorkflow },
  { method: 'GET', path: new RegExp(`^/api/v1/workflows/${NAME}/${NAME}/log$`), serve: serveLog },
  { method: 'GET', path: new RegExp(`^/api/v1/workflows/${NAME}/${NAME}/${NAME}/log$`), serve: serveLog },
  {
    method: 'PUT',
    path: new RegExp(`^/api/v1/workflows/${NAME}/${NAME}/(stop|terminate|suspend|resume|retry|resubmit)$`),
    serve: changeWorkflow,
  },
  {
    method: 'GET',
    path: new RegExp(`^/api/v1/(workflow-templates|cluster-workflow-templates)(?:/${NAME})?(?:/${NAME})?$`),
    serve: getTemplates,
  },
];

/** Handles everything at the host `workflows`. */
export function workflowsHandler(state: EngineState): Handler {
  return async (request, response) => {
    try {
      await serve(state, request, response);
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof GrpcError)) {
        state.ports.log.error('request failed', {
          method: request.method,
          path: request.url,
          error: String(error),
        });
      }
      sendGrpcError(response, error);
    }
  };
}

async function serve(state: EngineState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://workflows');
  if (url.pathname === '/api/v1/version' && request.method === 'GET') {
    sendJson(response, {
      version: 'v3.6.0+slipway',
      platform: 'slipway',
      compiler: '',
      gitTreeState: 'clean',
    });
    return;
  }
  const user = await authenticate(state, request);
  const exchange: Exchange = { state, request, response, url, user };
  if (url.pathname.startsWith('/executor/v1/')) {
    await serveExecutor(exchange);
    return;
  }
  for (const { method, path, serve: endpoint } of ENDPOINTS) {
    const match = method === request.method ? path.exec(url.pathname) : null;
    if (!match) continue;
    await endpoint(
      exchange,
      match.slice(1).map(part => part ?? ''),
    );
    return;
  }
  throw new GrpcError(
    'Unimplemented',
    `${request.method} ${url.pathname} is not served here; see /api/v1/workflows/{namespace}`,
  );
}
