import { createHash } from 'node:crypto';
import { StatusError, type Stored } from '@slipway/api';
import { type BackstageEntity, Entity, Repository } from '@slipway/kinds';
import { parseRef, refOf, refText } from '../entity/envelope.ts';
import { readRepository } from '../entity/repository-controller.ts';
import { GIT_HOST } from '../git-server/call.ts';
import { type Exchange, mayDo, NotServed, readJson, sendJson } from './exchange.ts';

const GROUP = { group: 'catalog.slipway.dev', resource: 'entities' } as const;

/** An entity as Backstage's API answers it: with uid, etag, relations and errors. */
export function answerOf(object: Stored<Entity>): BackstageEntity & Record<string, unknown> {
  const { entity } = object.spec;
  const errors = object.status?.errors ?? [];
  const etag = createHash('sha1').update(JSON.stringify(object.spec)).digest('hex');
  return {
    ...entity,
    metadata: { namespace: 'default', ...entity.metadata, uid: object.metadata.uid, etag },
    relations: (object.status?.relations ?? []).map(({ type, targetRef }) => ({
      type,
      targetRef,
      target: parseRef(targetRef),
    })),
    ...(errors.length > 0
      ? {
          status: {
            items: errors.map(message => ({
              type: 'slipway.dev/catalog-read',
              level: 'error',
              message,
              error: { name: 'InputError', message },
            })),
          },
        }
      : {}),
  };
}

/** Entities the caller may see: all, or those of the namespaces where listing is allowed. */
async function visible(exchange: Exchange): Promise<Stored<Entity>[]> {
  const { items } = await exchange.state.ports.client.list(Entity);
  if (await mayDo(exchange, { verb: 'list', ...GROUP })) return items;
  const namespaces = new Map<string, boolean>();
  for (const { metadata } of items) {
    const namespace = metadata.namespace ?? '';
    if (!namespaces.has(namespace))
      namespaces.set(namespace, await mayDo(exchange, { verb: 'list', ...GROUP, namespace }));
  }
  return items.filter(({ metadata }) => namespaces.get(metadata.namespace ?? ''));
}

export async function listEntities(exchange: Exchange): Promise<void> {
  const { searchParams } = exchange.url;
  const found = filtered(await visible(exchange), searchParams.getAll('filter')).map(answerOf);
  const offset = Number(searchParams.get('offset') ?? 0) || 0;
  const limit = Number(searchParams.get('limit') ?? 0) || found.length;
  sendJson(exchange.response, found.slice(offset, offset + limit));
}

/** `/entities/by-query`: the same with a total and a cursor. */
export async function queryEntities(exchange: Exchange): Promise<void> {
  const { searchParams } = exchange.url;
  const cursor = cursorOf(searchParams.get('cursor'));
  const filters = cursor?.filters ?? searchParams.getAll('filter');
  const term = (cursor?.term ?? searchParams.get('fullTextFilterTerm') ?? '').toLowerCase();
  const limit = Math.min(Number(searchParams.get('limit') ?? 20) || 20, 500);
  const offset = cursor?.offset ?? (Number(searchParams.get('offset') ?? 0) || 0);
  const all = filtered(await visible(exchange), filters)
    .map(answerOf)
    .filter(
      entity => term === '' || JSON.stringify([entity.metadata, entity.spec]).toLowerCase().includes(term),
    )
    .sort((a, b) => (refText(refOf(a)) < refText(refOf(b)) ? -1 : 1));
  const next =
    offset + limit < all.length ? { nextCursor: cursorText({ offset: offset + limit, filters, term }) } : {};
  const before =
    offset > 0 ? { prevCursor: cursorText({ offset: Math.max(0, offset - limit), filters, term }) } : {};
  sendJson(exchange.response, {
    items: all.slice(offset, offset + limit),
    totalItems: all.length,
    pageInfo: { ...next, ...before },
  });
}

interface Cursor {
  offset: number;
  filters: string[];
  term: string;
}
const cursorText = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function cursorOf(text: string | null): Cursor | undefined {
  if (!text) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Cursor;
  } catch {
    throw new StatusError('BadRequest', 'cursor: not one of ours');
  }
}

/** `filter=kind=component,spec.type=service`: commas are "and", several filters are "or", several values of a key too. */
export function filtered(entities: Stored<Entity>[], filters: string[]): Stored<Entity>[] {
  const alternatives = filters.filter(Boolean).map(conditionsOf);
  if (alternatives.length === 0) return entities;
  return entities.filter(object =>
    alternatives.some(conditions => [...conditions].every(([key, values]) => matches(object, key, values))),
  );
}

function conditionsOf(filter: string): Map<string, string[]> {
  const conditions = new Map<string, string[]>();
  for (const part of filter.split(',')) {
    const equals = part.indexOf('=');
    const key = (equals < 0 ? part : part.slice(0, equals)).trim();
    const values = conditions.get(key) ?? [];
    conditions.set(
      key,
      equals < 0
        ? values
        : [
            ...values,
            part
              .slice(equals + 1)
              .trim()
              .toLowerCase(),
          ],
    );
  }
  return conditions;
}

function matches(object: Stored<Entity>, key: string, wanted: string[]): boolean {
  const found = valuesAt(object, key);
  return wanted.length === 0 ? found.length > 0 : found.some(value => wanted.includes(value.toLowerCase()));
}

function valuesAt(object: Stored<Entity>, key: string): string[] {
  const relation = /^relations\.(.+)$/.exec(key)?.[1];
  if (relation)
    return (object.status?.relations ?? [])
      .filter(({ type }) => type === relation)
      .map(({ targetRef }) => targetRef);
  const entity = {
    ...object.spec.entity,
    metadata: { namespace: 'default', ...object.spec.entity.metadata },
  };
  return textsAt(entity, key);
}

/** Keys of annotations hold dots themselves: the longest own field wins. */
function textsAt(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap(item => textsAt(item, path));
  if (path === '')
    return value === undefined || value === null || typeof value === 'object' ? [] : [String(value)];
  if (!value || typeof value !== 'object') return [];
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length--) {
    const field = parts.slice(0, length).join('.');
    if (Object.hasOwn(value, field))
      return textsAt((value as Record<string, unknown>)[field], parts.slice(length).join('.'));
  }
  return [];
}

export async function getEntity(
  exchange: Exchange,
  [kind = '', namespace = '', name = '']: string[],
): Promise<void> {
  const wanted = refText({ kind, namespace, name });
  const found = (await visible(exchange)).find(object => refText(refOf(object.spec.entity)) === wanted);
  if (!found)
    throw new StatusError(
      'NotFound',
      `No entity named '${name}' found, with kind '${kind}' in namespace '${namespace}'`,
    );
  sendJson(exchange.response, answerOf(found));
}

export async function getEntityByUid(exchange: Exchange, [uid = '']: string[]): Promise<void> {
  const found = (await visible(exchange)).find(({ metadata }) => metadata.uid === uid);
  if (!found) throw new StatusError('NotFound', `No entity found with uid ${uid}`);
  sendJson(exchange.response, answerOf(found));
}

/** `/entity-facets?facet=kind`: how many entities have each value. */
export async function getFacets(exchange: Exchange): Promise<void> {
  const { searchParams } = exchange.url;
  const entities = filtered(await visible(exchange), searchParams.getAll('filter'));
  const facets = searchParams.getAll('facet').map((facet): [string, { value: string; count: number }[]] => {
    const counts = new Map<string, number>();
    for (const value of entities.flatMap(object => valuesAt(object, facet)))
      counts.set(value, (counts.get(value) ?? 0) + 1);
    return [facet, [...counts].map(([value, count]) => ({ value, count }))];
  });
  sendJson(exchange.response, { facets: Object.fromEntries(facets) });
}

/** Registers a catalog file of one of our repositories: it is read now. */
export async function createLocation(exchange: Exchange): Promise<void> {
  const { target, type } = await readJson(exchange.request);
  if (type !== 'url' || typeof target !== 'string')
    throw new StatusError('BadRequest', 'type "url" and a target are required');
  const url = URL.parse(target);
  const { ports, settings } = exchange.state;
  const ours = [GIT_HOST, `git.${settings.addresses.domain}`];
  const [, owner, name] =
    /^\/([^/]+)\/([^/]+)\/src\/branch\/[^/]+\/catalog-info\.ya?ml$/.exec(url?.pathname ?? '') ?? [];
  if (!owner || !name || !ours.includes(url?.hostname ?? '')) {
    throw new NotServed(
      `target ${JSON.stringify(target)}: https://${GIT_HOST}/OWNER/REPOSITORY/src/branch/BRANCH/catalog-info.yaml is served; other hosts are not`,
    );
  }
  const namespace = `team-${owner}`;
  const attributes = { verb: 'get', group: 'source.slipway.dev', resource: 'repositories', namespace, name };
  if (!(await mayDo(exchange, attributes)))
    throw new StatusError(
      'Forbidden',
      `${exchange.user.username} may not read the repository ${owner}/${name}`,
    );
  const { items } = await ports.client.list(Repository, { namespace });
  const repository = items.find(({ spec }) => spec.owner === owner && spec.name === name);
  if (!repository) throw new StatusError('NotFound', `repository ${owner}/${name} not found`);
  await readRepository(exchange.state, repository, { client: ports.client });
  const { items: entities } = await ports.client.list(Entity, {
    namespace,
    labelSelector: `catalog.slipway.dev/repository=${repository.metadata.name}`,
  });
  sendJson(
    exchange.response,
    { location: { id: repository.metadata.uid, type, target }, entities: entities.map(answerOf) },
    201,
  );
}

/** Every repository that has a catalog file. */
export async function listLocations(exchange: Exchange): Promise<void> {
  const locations = filtered(await visible(exchange), ['kind=location']);
  sendJson(
    exchange.response,
    locations.map(({ metadata, spec }) => ({
      data: { id: metadata.uid, type: 'url', target: String(spec.entity.spec?.target ?? '') },
    })),
  );
}
