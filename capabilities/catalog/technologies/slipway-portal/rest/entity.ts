import { messageOf, StatusError } from '@slipway/api';
import { readJson, sendBytes, sendJson } from '@slipway/gateway';
import { Entity } from '@slipway/kinds';
import type { Indexed } from '../entity/entity-index.ts';
import { checkEntity, parseRef, refText } from '../entity/envelope.ts';
import { problemsOf } from '../entity/problems.ts';
import { REPOSITORY_LABEL } from '../entity/repository-controller.ts';
import { answerBytes, answerOf } from './answer.ts';
import { queried } from './entities.ts';
import type { Exchange } from './exchange.ts';
import { isLocation, locationOf, refreshSource } from './location.ts';
import { fieldsOf, projected } from './project.ts';
import { sightOf } from './sight.ts';

const MOST_REFS = 10_000;

/** `GET /entities/by-name/<kind>/<namespace>/<name>`. */
export async function getEntity(
  exchange: Exchange,
  [kind = '', namespace = '', name = '']: string[],
): Promise<void> {
  const found = await seenByRef(exchange, refText({ kind, namespace, name }));
  if (!found)
    throw new StatusError(
      'NotFound',
      `No entity named '${name}' found, with kind '${kind}' in namespace '${namespace}'`,
    );
  sendBytes(exchange.response, answerBytes(exchange.state.entities, found));
}

async function seenByRef(exchange: Exchange, ref: string): Promise<Indexed | undefined> {
  const { entities } = exchange.state;
  await entities.synced;
  const claiming = entities.byRef(ref);
  const sees = await sightOf(exchange, claiming);
  return claiming.find(sees);
}

/** `GET /entities/by-uid/<uid>`. */
export async function getEntityByUid(exchange: Exchange, [uid = '']: string[]): Promise<void> {
  const found = await seenByUid(exchange, uid);
  sendBytes(exchange.response, answerBytes(exchange.state.entities, found));
}

async function seenByUid(exchange: Exchange, uid: string): Promise<Indexed> {
  const { entities } = exchange.state;
  await entities.synced;
  const found = entities.byUid(uid);
  const sees = await sightOf(exchange, found ? [found] : []);
  if (!found || !sees(found)) throw new StatusError('NotFound', `No entity found with uid ${uid}`);
  return found;
}

/** `DELETE /entities/by-uid/<uid>`: as the caller; what a source still says comes back with its next push. */
export async function deleteEntity(exchange: Exchange, [uid = '']: string[]): Promise<void> {
  const { object } = await seenByUid(exchange, uid);
  const { namespace = '', name } = object.metadata;
  const options = { preconditions: { uid } };
  await exchange.state.actAs(exchange.user).delete(Entity, { namespace, name }, options);
  exchange.response.writeHead(204).end();
}

/** `POST /entities/by-refs`: in the order of the references, null where there is none. */
export async function getEntitiesByRefs(exchange: Exchange): Promise<void> {
  const { entityRefs, fields = [] } = await readJson(exchange.request);
  if (!isTexts(entityRefs) || !isTexts(fields))
    throw new StatusError('BadRequest', 'entityRefs: a list of entity references is required');
  if (entityRefs.length > MOST_REFS)
    throw new StatusError('BadRequest', `entityRefs: more than ${MOST_REFS} references`);
  const { entities } = exchange.state;
  await entities.synced;
  const claiming = entityRefs.map(text => entities.byRef(refText(parseRef(text))));
  const sees = await sightOf(exchange, claiming.flat());
  const fits = await fittingOf(exchange);
  const items: (Record<string, unknown> | null)[] = [];
  for (const claims of claiming) {
    const found = claims.find(item => sees(item) && fits(item));
    const answer = found && answerOf(found.object, problemsOf(entities, found));
    items.push(answer ? projected(answer, [...fields, ...fieldsOf(exchange.url.searchParams)]) : null);
  }
  sendJson(exchange.response, { items });
}

async function fittingOf(exchange: Exchange): Promise<(item: Indexed) => boolean> {
  const filters = exchange.url.searchParams.getAll('filter');
  if (filters.length === 0) return () => true;
  const found = new Set(await queried(exchange, { filters, order: [], term: '', termFields: [] }));
  return item => found.has(item);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string');
}

/** `GET /entities/by-name/…/ancestry`: the entity, and the Location that it was read from. */
export async function getAncestry(
  exchange: Exchange,
  [kind = '', namespace = '', name = '']: string[],
): Promise<void> {
  const entity = await demanded(exchange, refText({ kind, namespace, name }));
  const location = await locationFor(exchange, entity);
  const answer = ({ object }: Indexed) => answerOf(object, problemsOf(exchange.state.entities, entity));
  const items = [{ entity: answer(entity), parentEntityRefs: location ? [location.ref] : [] }];
  if (location) items.push({ entity: answer(location), parentEntityRefs: [] });
  sendJson(exchange.response, { rootEntityRef: entity.ref, items });
}

async function demanded(exchange: Exchange, ref: string): Promise<Indexed> {
  const found = await seenByRef(exchange, ref);
  if (!found) throw new StatusError('NotFound', `No such entity ${ref}`);
  return found;
}

async function locationFor(exchange: Exchange, { object }: Indexed): Promise<Indexed | undefined> {
  const repository = object.metadata.labels?.[REPOSITORY_LABEL];
  if (repository === undefined || isLocation(object)) return undefined;
  return seenByRef(
    exchange,
    refText({ kind: 'location', namespace: 'default', name: `repository-${repository}` }),
  );
}

/** `GET /locations/by-entity/<kind>/<namespace>/<name>`. */
export async function getLocationByEntity(
  exchange: Exchange,
  [kind = '', namespace = '', name = '']: string[],
): Promise<void> {
  const entity = await demanded(exchange, refText({ kind, namespace, name }));
  const location = await locationFor(exchange, entity);
  if (!location) throw new StatusError('NotFound', `Found no location of ${entity.ref}`);
  sendJson(exchange.response, locationOf(location.object));
}

/** `POST /refresh`: the source of an entity is read again, now. */
export async function refreshEntity(exchange: Exchange): Promise<void> {
  const { entityRef } = await readJson(exchange.request);
  if (typeof entityRef !== 'string') throw new StatusError('BadRequest', 'entityRef: a text is required');
  const { object } = await demanded(exchange, refText(parseRef(entityRef)));
  await refreshSource(exchange, object);
  exchange.response.writeHead(200).end();
}

/** `POST /validate-entity`: nothing when it may stand in the catalog, else 400 with what is wrong. */
export async function validateEntity(exchange: Exchange): Promise<void> {
  const { entity, location } = await readJson(exchange.request);
  if (typeof location !== 'string')
    throw new StatusError('BadRequest', 'location: a text like url:https://… is required');
  try {
    checkEntity(entity);
  } catch (error) {
    const errors = [{ name: 'InputError', message: messageOf(error) }];
    sendJson(exchange.response, { errors }, 400);
    return;
  }
  exchange.response.writeHead(200).end();
}
