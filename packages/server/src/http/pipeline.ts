import { messageOf, StatusError } from '@slipway/api';
import { watch } from '../watch/watch.ts';
import { ANONYMOUS, authenticate, authorize, impersonate } from './access.ts';
import { create } from './create.ts';
import { remove, removeCollection } from './delete.ts';
import {
  type Answer,
  type Exchange,
  type Incoming,
  type Parts,
  runSteps,
  type Step,
  targetOf,
} from './exchange.ts';
import { patch } from './patch.ts';
import { servePodAction } from './pod-actions.ts';
import { get, list } from './read.ts';
import { methodNotAllowed, noSuchResource } from './refusals.ts';
import { route } from './route.ts';
import { serveScale } from './scale.ts';
import { isPart } from './subresource.ts';
import { serveSystem } from './system.ts';
import { update } from './update.ts';
import { serveVirtual } from './virtual.ts';

const ENDPOINTS: Record<string, Step> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
};

/** Verbs that need a name; the others must have none. */
const NAMED = new Set(['get', 'update', 'patch', 'delete']);

/** Step: the endpoint for the verb, when the object or a part of it is addressed. */
function serveObject(exchange: Exchange): void | Promise<void> {
  const target = targetOf(exchange);
  if (!isPart(target)) return;
  const endpoint = ENDPOINTS[target.verb];
  const placed = NAMED.has(target.verb) === (target.name !== undefined) || target.verb === 'watch';
  if (endpoint && placed && offers(target.info.verbs, target.verb)) return endpoint(exchange);
  throw methodNotAllowed();
}

function offers(verbs: readonly string[], verb: string): boolean {
  return verbs.includes(verb);
}

const ARRIVAL: Step[] = [authenticate, impersonate, authorize, route];
const RESOURCE: Step[] = [serveVirtual, serveScale, servePodAction, serveObject];

/** Carries one request through the steps; whatever goes wrong becomes a Status. */
export async function handle(parts: Parts, incoming: Incoming): Promise<Answer> {
  const exchange: Exchange = { parts, incoming, user: ANONYMOUS, warnings: [], complaints: [] };
  try {
    await runSteps(exchange, ARRIVAL);
    if (!exchange.answer) await runSteps(exchange, exchange.target ? RESOURCE : [serveSystem]);
    const answer = exchange.answer ?? missing();
    return exchange.warnings.length > 0 ? withWarnings(answer, exchange.warnings) : answer;
  } catch (error) {
    return errorAnswer(parts, error);
  }
}

function missing(): Answer {
  return errorBody(noSuchResource());
}

function withWarnings(answer: Answer, warnings: string[]): Answer {
  const texts = [...new Set(warnings)].map(text => `299 - "${text.replaceAll(/["\\]/g, '\\$&')}"`);
  return { ...answer, headers: { ...answer.headers, warning: texts } };
}

export function errorAnswer(parts: Parts, error: unknown): Answer {
  if (error instanceof StatusError) return errorBody(error);
  // The cause may hold anything; the client learns only that it happened.
  parts.log.error('request failed', { error: messageOf(error), stack: (error as Error).stack });
  return errorBody(new StatusError('InternalError', `Internal error occurred: ${messageOf(error)}`));
}

function errorBody(error: StatusError): Answer {
  const after = error.details?.retryAfterSeconds;
  return {
    status: error.status,
    contentType: 'application/json',
    body: JSON.stringify(error.toStatus()),
    ...(after === undefined ? {} : { headers: { 'retry-after': String(after) } }),
  };
}
