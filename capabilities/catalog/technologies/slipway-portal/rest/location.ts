import { StatusError, type Stored } from '@slipway/api';
import { readJson, sendJson } from '@slipway/gateway';
import { Entity, Repository } from '@slipway/kinds';
import { REPOSITORY_LABEL, readRepository } from '../entity/repository-controller.ts';
import { GIT_HOST } from '../git-server/call.ts';
import { answerOf } from './answer.ts';
import { type Exchange, mayDo, NotServed } from './exchange.ts';
import { entitiesOf } from './query.ts';
import { sightOf } from './sight.ts';

/** `POST /locations`: registers a catalog file of one of our repositories; it is read now. */
export async function createLocation(exchange: Exchange): Promise<void> {
  if (exchange.url.searchParams.get('dryRun') === 'true')
    throw new NotServed('dryRun=true is not served for locations; POST /api/catalog/validate-entity is');
  const { target, type } = await readJson(exchange.request);
  if (type !== 'url' || typeof target !== 'string')
    throw new StatusError('BadRequest', 'type "url" and a target are required');
  const repository = await repositoryAt(exchange, target);
  await readRepository(exchange.state, repository, { client: exchange.state.ports.client });
  const { namespace = '', name } = repository.metadata;
  const labelSelector = `${REPOSITORY_LABEL}=${name}`;
  const { items } = await exchange.state.ports.client.list(Entity, { namespace, labelSelector });
  const location = items.find(isLocation);
  const answer = {
    location: { id: location?.metadata.uid ?? repository.metadata.uid, type, target },
    entities: items.map(item => answerOf(item)),
    exists: false,
  };
  sendJson(exchange.response, answer, 201);
}

/** The repository that a catalog file's address names. @throws NotServed, StatusError Forbidden, NotFound */
async function repositoryAt(exchange: Exchange, target: string): Promise<Stored<Repository>> {
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
  await demandReading(exchange, namespace, name);
  const { items } = await ports.client.list(Repository, { namespace });
  const repository = items.find(({ spec }) => spec.owner === owner && spec.name === name);
  if (!repository) throw new StatusError('NotFound', `repository ${owner}/${name} not found`);
  return repository;
}

async function demandReading(exchange: Exchange, namespace: string, name: string): Promise<void> {
  const attributes = { verb: 'get', group: 'source.slipway.dev', resource: 'repositories', namespace, name };
  if (await mayDo(exchange, attributes)) return;
  const { username } = exchange.user;
  throw new StatusError('Forbidden', `${username} may not read the repository ${name} of ${namespace}`);
}

/** Reads the repository of an entity again, now. An entity without one is as its object says already. */
export async function refreshSource(exchange: Exchange, entity: Stored<Entity>): Promise<void> {
  const name = entity.metadata.labels?.[REPOSITORY_LABEL];
  const { namespace = '' } = entity.metadata;
  if (name === undefined) return;
  await demandReading(exchange, namespace, name);
  const { client } = exchange.state.ports;
  const repository = await client.find(Repository, { namespace, name });
  if (repository) await readRepository(exchange.state, repository, { client });
}

/** `GET /locations`: every catalog file that a Location entity stands for. */
export async function listLocations(exchange: Exchange): Promise<void> {
  const locations = await seenLocations(exchange);
  sendJson(
    exchange.response,
    locations.map(object => ({ data: locationOf(object) })),
  );
}

/** `GET /locations/<id>`. */
export async function getLocation(exchange: Exchange, [id = '']: string[]): Promise<void> {
  const found = (await seenLocations(exchange)).find(({ metadata }) => metadata.uid === id);
  if (!found) throw new StatusError('NotFound', `Found no location with ID ${id}`);
  sendJson(exchange.response, locationOf(found));
}

/** `DELETE /locations/<id>`: what is in a repository is in the catalog, so there is nothing to unregister. */
export async function deleteLocation(_exchange: Exchange, [id = '']: string[]): Promise<void> {
  throw new NotServed(
    `location ${id}: every repository's catalog file is read; remove catalog-info.yaml from the repository instead`,
  );
}

async function seenLocations(exchange: Exchange): Promise<Stored<Entity>[]> {
  const { entities } = exchange.state;
  await entities.synced;
  const query = { filters: ['kind=location'], order: [], term: '', termFields: [] };
  const found = await entitiesOf(entities, query, await sightOf(exchange, entities.all()));
  return found.map(({ object }) => object);
}

export function isLocation({ spec }: Entity): boolean {
  return spec.entity.kind.toLowerCase() === 'location';
}

/** A Location entity as Backstage's location API answers it. */
export function locationOf({ metadata, spec }: Stored<Entity>): { id: string; type: string; target: string } {
  const { type = 'url', target = '' } = spec.entity.spec ?? {};
  return { id: metadata.uid, type: String(type), target: String(target) };
}
