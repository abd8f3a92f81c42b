import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Handler } from '@slipway/gateway';
import type { CatalogState } from '../state.ts';
import { dryRun } from './dry-run.ts';
import { getFacets, listEntities, queryEntities } from './entities.ts';
import {
  deleteEntity,
  getAncestry,
  getEntitiesByRefs,
  getEntity,
  getEntityByUid,
  getLocationByEntity,
  refreshEntity,
  validateEntity,
} from './entity.ts';
import { authenticate, type Exchange, NotServed, sendError, statusOf } from './exchange.ts';
import { createLocation, deleteLocation, getLocation, listLocations } from './location.ts';
import {
  changeTask,
  createTask,
  getParameterSchema,
  getTask,
  listActions,
  listTasks,
  streamTask,
} from './scaffolder.ts';

type Endpoint = (exchange: Exchange, parameters: string[]) => Promise<void>;

const PART = '([^/]+)';
const route = (method: string, path: string, serve: Endpoint) => ({
  method,
  path: new RegExp(`^/api/${path}$`),
  serve,
});

/** Backstage's REST, as far as this engine serves it. */
const ENDPOINTS = [
  route('GET', 'catalog/entities', listEntities),
  route('GET', 'catalog/entities/by-query', queryEntities),
  route('GET', `catalog/entities/by-name/${PART}/${PART}/${PART}`, getEntity),
  route('GET', `catalog/entities/by-name/${PART}/${PART}/${PART}/ancestry`, getAncestry),
  route('POST', 'catalog/entities/by-refs', getEntitiesByRefs),
  route('GET', `catalog/entities/by-uid/${PART}`, getEntityByUid),
  route('DELETE', `catalog/entities/by-uid/${PART}`, deleteEntity),
  route('GET', 'catalog/entity-facets', getFacets),
  route('POST', 'catalog/refresh', refreshEntity),
  route('POST', 'catalog/validate-entity', validateEntity),
  route('GET', 'catalog/locations', listLocations),
  route('POST', 'catalog/locations', createLocation),
  route('GET', `catalog/locations/${PART}`, getLocation),
  route('DELETE', `catalog/locations/${PART}`, deleteLocation),
  route('GET', `catalog/locations/by-entity/${PART}/${PART}/${PART}`, getLocationByEntity),
  route('GET', `scaffolder/v2/templates/${PART}/${PART}/${PART}/parameter-schema`, getParameterSchema),
  route('GET', 'scaffolder/v2/actions', listActions),
  route('POST', 'scaffolder/v2/dry-run', dryRun),
  route('GET', 'scaffolder/v2/tasks', listTasks),
  route('POST', 'scaffolder/v2/tasks', createTask),
  route('GET', `scaffolder/v2/tasks/${PART}`, getTask),
  route('POST', `scaffolder/v2/tasks/${PART}/(cancel|retry)`, changeTask),
  route('GET', `scaffolder/v2/tasks/${PART}/eventstream`, streamTask),
];

/** Everything below `/api/` at the portal's host. */
export function apiHandler(state: CatalogState): Handler {
  return async (request, response) => {
    try {
      await serve(state, request, response);
    } catch (error) {
      if (statusOf(error) === 500)
        state.ports.log.error('request failed', {
          method: request.method,
          path: request.url,
          error: String(error),
        });
      sendError(response, error);
    }
  };
}

async function serve(state: CatalogState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://portal');
  const user = await authenticate(state, request);
  for (const { method, path, serve: endpoint } of ENDPOINTS) {
    const match = method === request.method ? path.exec(url.pathname) : null;
    if (!match) continue;
    await endpoint({ state, request, response, url, user }, match.slice(1).map(decodeURIComponent));
    return;
  }
  throw new NotServed(
    `${request.method} ${url.pathname} is not served here; see /api/catalog/entities and /api/scaffolder/v2/tasks`,
  );
}
