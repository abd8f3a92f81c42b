import { type Key, messageOf, type Stored } from '@slipway/api';
import { type Client, updateStatus } from '@slipway/client';
import { type BackstageEntity, Entity, Repository, Template } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  type Outcome,
  retryAfter,
  watching,
} from '@slipway/runtime';
import { readRepositoryFile } from '../git-server/call.ts';
import type { CatalogState } from '../state.ts';
import { refOf, refText } from './envelope.ts';
import { type Ingested, ingestRepository } from './ingest.ts';
import { objectNameOf, REFERENCE } from './names.ts';

/** Label on what was read from a repository: the Repository object's name. */
export const REPOSITORY_LABEL = 'catalog.slipway.dev/repository';
/** Annotation on a repository's own Location entity: the revision that was read last. */
const REVISION = 'catalog.slipway.dev/revision';
const FIELD_MANAGER = 'slipway-portal';
const RETRY_MS = 1_000;

/** Reads the catalog files of each repository after each push, and removes what they no longer say. */
export function repositoryController(state: CatalogState): Controller {
  return controller<Repository>({
    name: 'catalog-repositories',
    kind: Repository,
    watches: [watching<Entity>({ kind: Entity, keysOf: () => [] })],
    reconcile: (repository, context) => reconcileRepository(state, repository, context),
    removed: async (key, context) => {
      const { namespace = '' } = key;
      await removeOthers(context, { namespace, name: key.name }, new Set());
    },
  });
}

async function reconcileRepository(
  state: CatalogState,
  repository: Stored<Repository>,
  context: Context,
): Promise<Outcome> {
  const revision = revisionOf(repository);
  if (!revision || repository.metadata.deletionTimestamp) return done;
  const location = context.cache(Entity).get(locationKey(repository));
  if (location?.metadata.annotations?.[REVISION] === revision) return done;
  try {
    await readRepository(state, repository, context);
    return done;
  } catch (error) {
    return retryAfter(
      RETRY_MS,
      'CatalogNotRead',
      `catalog files of ${repository.spec.owner}/${repository.spec.name}: ${messageOf(error)}`,
    );
  }
}

function revisionOf({ spec, status }: Repository): string | undefined {
  return status?.branches?.[spec.defaultBranch ?? 'main'];
}

function locationKey({ metadata }: Repository): { namespace: string; name: string } {
  return { namespace: metadata.namespace ?? '', name: `location.repository-${metadata.name}` };
}

/** Reads one repository now; the references it gave, in the order of the file. */
export async function readRepository(
  state: CatalogState,
  repository: Stored<Repository>,
  context: Pick<Context, 'client'>,
): Promise<string[]> {
  const revision = revisionOf(repository) ?? '';
  const { owner, name } = repository.spec;
  const ingested = await ingestRepository(path =>
    readRepositoryFile(state.git, { owner, name, revision, path }),
  );
  const key = { namespace: repository.metadata.namespace ?? '', name: repository.metadata.name };
  const names = new Set<string>();
  for (const { entity, path } of ingested.entities)
    names.add(await writeEntity(context.client, repository, entity, path, ingested.errors));
  const location = locationKey(repository);
  if (ingested.found) names.add(location.name);
  await removeOthers(context, key, names);
  await writeLocation(context.client, repository, revision, ingested);
  return ingested.entities.map(({ entity }) => refText(refOf(entity)));
}

/** Applies one entity; one that another source holds is an error of this file, not a takeover. */
async function writeEntity(
  client: Client,
  repository: Stored<Repository>,
  entity: BackstageEntity,
  path: string,
  errors: string[],
): Promise<string> {
  const namespace = repository.metadata.namespace ?? '';
  const name = objectNameOf(entity);
  const reference = refText(refOf(entity));
  const present = await client.find(Entity, { namespace, name });
  const holder = present?.metadata.labels?.[REPOSITORY_LABEL];
  if (holder !== undefined && holder !== repository.metadata.name) {
    errors.push(`${path}: ${reference} belongs to the repository ${JSON.stringify(holder)} already`);
    return name;
  }
  const labels = {
    [REPOSITORY_LABEL]: repository.metadata.name,
    'slipway.dev/workload': present?.metadata.labels?.['slipway.dev/workload'] ?? '',
  };
  const { 'slipway.dev/workload': workload, ...plain } = labels;
  const spec = { entity: located(entity, repository, path), location: `url:${fileUrl(repository, path)}` };
  await client.apply(
    Entity,
    {
      apiVersion: 'catalog.slipway.dev/v1alpha1',
      kind: 'Entity',
      metadata: {
        namespace,
        name,
        labels: workload ? labels : plain,
        annotations: { [REFERENCE]: reference },
      },
      spec,
    },
    { fieldManager: FIELD_MANAGER, force: true },
  );
  if (entity.kind.toLowerCase() === 'template')
    await writeTemplate(client, namespace, spec.entity, repository.metadata.name);
  return name;
}

/** A template in a repository becomes a Template of the team's namespace, which runs can name. */
async function writeTemplate(
  client: Client,
  namespace: string,
  entity: BackstageEntity,
  repository: string,
): Promise<void> {
  const { name, annotations = {}, title, description } = entity.metadata;
  await client.apply(
    Template,
    {
      apiVersion: 'scaffolder.backstage.io/v1beta3',
      kind: 'Template',
      metadata: {
        namespace,
        name: name.toLowerCase(),
        labels: { [REPOSITORY_LABEL]: repository },
        annotations: {
          ...annotations,
          ...(title ? { 'slipway.dev/title': title } : {}),
          ...(description ? { 'slipway.dev/description': description } : {}),
        },
      },
      spec: (entity.spec ?? {}) as Template['spec'],
    },
    { fieldManager: FIELD_MANAGER, force: true },
  );
}

/** Where a file is read by people, in Gitea's form. */
function fileUrl({ spec }: Repository, path: string): string {
  return `https://git.slipway.internal/${spec.owner}/${spec.name}/src/branch/${spec.defaultBranch ?? 'main'}/${path}`;
}

function located(entity: BackstageEntity, repository: Repository, path: string): BackstageEntity {
  const url = fileUrl(repository, path);
  const origin = fileUrl(repository, 'catalog-info.yaml');
  const annotations = {
    'backstage.io/managed-by-location': `url:${url}`,
    'backstage.io/managed-by-origin-location': `url:${origin}`,
    'backstage.io/view-url': url,
    'backstage.io/edit-url': url.replace('/src/branch/', '/_edit/'),
    'backstage.io/source-location': `url:${url.slice(0, url.lastIndexOf('/') + 1)}`,
    ...entity.metadata.annotations,
  };
  return { ...entity, metadata: { namespace: 'default', ...entity.metadata, annotations } };
}

/** Removes entities and templates that a repository gave once and no longer gives. */
async function removeOthers(
  context: Pick<Context, 'client'>,
  repository: { namespace: string; name: string },
  keep: Set<string>,
): Promise<void> {
  const { namespace, name } = repository;
  const labelSelector = `${REPOSITORY_LABEL}=${name}`;
  const { items } = await context.client.list(Entity, { namespace, labelSelector });
  for (const entity of items)
    if (!keep.has(entity.metadata.name)) await gone(context.client, entity, namespace);
}

async function gone(client: Client, { metadata, spec }: Stored<Entity>, namespace: string): Promise<void> {
  await client.delete(Entity, { namespace, name: metadata.name });
  if (spec.entity.kind.toLowerCase() !== 'template') return;
  const key: Key = { namespace, name: spec.entity.metadata.name.toLowerCase() };
  if (await client.find(Template, key)) await client.delete(Template, key);
}

/** The repository's own Location entity carries the errors of its files, and which revision was read. */
async function writeLocation(
  client: Client,
  repository: Stored<Repository>,
  revision: string,
  { found, errors }: Ingested,
): Promise<void> {
  if (!found) return;
  const key = locationKey(repository);
  const target = fileUrl(repository, 'catalog-info.yaml');
  await client.apply(
    Entity,
    {
      apiVersion: 'catalog.slipway.dev/v1alpha1',
      kind: 'Entity',
      metadata: {
        ...key,
        labels: { [REPOSITORY_LABEL]: repository.metadata.name },
        annotations: { [REVISION]: revision },
      },
      spec: {
        location: `url:${target}`,
        entity: {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Location',
          metadata: { name: key.name.slice('location.'.length), namespace: 'default' },
          spec: { type: 'url', target },
        },
      },
    },
    { fieldManager: FIELD_MANAGER, force: true },
  );
  await updateStatus(client, Entity, key, draft => {
    draft.status = { ...draft.status, errors };
  });
}
