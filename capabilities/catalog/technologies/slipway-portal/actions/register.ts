import { readFile } from 'node:fs/promises';
import { SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type BackstageEntity, Entity, Repository } from '@slipway/kinds';
import { loadAll } from 'js-yaml';
import { checkEntity, type EntityRef, parseRef, refOf, refText } from '../entity/envelope.ts';
import { REFERENCE } from '../entity/names.ts';
import { readRepository } from '../entity/repository-controller.ts';
import { GIT_HOST } from '../git-server/call.ts';
import { internalRepository } from '../git-server/hosts.ts';
import { mayUse } from '../template-run/rights.ts';
import type { ActionContext, LocalContext, OuterAction } from './action.ts';
import { inWorkspace } from './paths.ts';

interface RegisterInput {
  catalogInfoUrl?: string;
  repoContentsUrl?: string;
  catalogInfoPath?: string;
  optional?: boolean;
}

const WAIT_MS = 50;
const ATTEMPTS = 100;

/** Reads a repository's catalog file now, rather than when its push is noticed. */
export const catalogRegister: OuterAction = {
  id: 'catalog:register',
  description: 'Registers the entities of a catalog file.',
  local: false,
  input: {
    type: 'object',
    properties: {
      catalogInfoUrl: { type: 'string' },
      repoContentsUrl: { type: 'string' },
      catalogInfoPath: { type: 'string' },
      optional: { type: 'boolean' },
    },
  },
  output: { entityRef: 'the first entity', catalogInfoUrl: 'the file' },
  run: async context => {
    const url = catalogUrl(context);
    const references = await register(context, url);
    const [entityRef] = references.filter(reference => !reference.startsWith('location:'));
    if (!entityRef && !context.input.optional)
      throw new SlipwayError('NothingToRegister', `catalog:register: ${url} gives no entity`);
    if (entityRef) context.output('entityRef', entityRef);
    context.output('catalogInfoUrl', url);
    context.log(entityRef ? `registered ${references.join(', ')}` : 'nothing to register');
  },
  rehearse: async context => {
    const url = catalogUrl(context);
    const references = await entitiesIn(context, url);
    for (const { apiVersion, kind, metadata } of references)
      context.record({ apiVersion, kind, namespace: metadata.namespace ?? 'default', name: metadata.name });
    const [first] = references;
    if (first) context.output('entityRef', refText(refOf(first)));
    context.output('catalogInfoUrl', url);
    context.log(
      first
        ? `would register ${references.map(each => refText(refOf(each))).join(', ')}`
        : `would read ${url}`,
    );
  },
};

function catalogUrl({ input }: LocalContext): string {
  const { catalogInfoUrl, repoContentsUrl, catalogInfoPath = '/catalog-info.yaml' } = input as RegisterInput;
  if (catalogInfoUrl) return catalogInfoUrl;
  if (!repoContentsUrl)
    throw new SlipwayError('InvalidInput', 'catalog:register: catalogInfoUrl or repoContentsUrl is required');
  return `${repoContentsUrl.replace(/\/$/, '')}/${catalogInfoPath.replace(/^\//, '')}`;
}

/** What the file of that name in the workspace would register; none when it lies elsewhere. */
async function entitiesIn({ workspace, input }: LocalContext, url: string): Promise<BackstageEntity[]> {
  const { catalogInfoPath = '/catalog-info.yaml' } = input as RegisterInput;
  const [, inRepository] = /\/src\/branch\/[^/]+\/(.+)$/.exec(url) ?? [];
  const path = inWorkspace(workspace, inRepository ?? catalogInfoPath.replace(/^\/+/, ''), 'catalogInfoPath');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  return loadAll(text)
    .filter(document => document !== null)
    .map(checkEntity);
}

async function register(context: ActionContext, text: string): Promise<string[]> {
  const found = internalRepository(context.gitHosts, text);
  if (!found) {
    throw new SlipwayError(
      'UrlRefused',
      `catalog:register: ${JSON.stringify(text)}: a file of a repository at https://${GIT_HOST}/ is expected`,
    );
  }
  const { owner, name } = found;
  const namespace = `team-${owner}`;
  await mayUse(context, {
    verb: 'get',
    group: 'source.slipway.dev',
    resource: 'repositories',
    namespace,
    name,
  });
  const { client, clock } = context.state.ports;
  for (let attempt = 1; ; attempt++) {
    const { items } = await client.list(Repository, { namespace });
    const repository = items.find(({ spec }) => spec.owner === owner && spec.name === name);
    const branch = repository?.status?.branches?.[repository.spec.defaultBranch ?? 'main'];
    if (repository && branch) return readRepository(context.state, repository, { client });
    if (attempt >= ATTEMPTS)
      throw new SlipwayError(
        'NothingToRegister',
        `catalog:register: repository ${owner}/${name} has no commit yet`,
      );
    await clock.sleep(WAIT_MS, context.signal);
  }
}

interface FetchInput {
  entityRef?: string;
  entityRefs?: string[];
  optional?: boolean;
  defaultKind?: string;
  defaultNamespace?: string;
}

/** Gives an entity of the catalog, or several, to later steps. */
export const catalogFetch: OuterAction = {
  id: 'catalog:fetch',
  description: 'Reads entities of the catalog.',
  local: false,
  input: {
    type: 'object',
    properties: {
      entityRef: { type: 'string' },
      entityRefs: { type: 'array', items: { type: 'string' }, maxItems: 100 },
      optional: { type: 'boolean' },
      defaultKind: { type: 'string' },
      defaultNamespace: { type: 'string' },
    },
  },
  output: { entity: 'the entity of entityRef', entities: 'those of entityRefs' },
  run: context => fetchEntities(context, context.client),
  rehearse: async context => {
    if (context.client) return fetchEntities(context, context.client);
    giveEntities(context, wanted => {
      const { kind, namespace, name } = wanted;
      return { apiVersion: 'backstage.io/v1alpha1', kind, metadata: { name, namespace }, spec: {} };
    });
    context.log('no catalog here: entities are made of their references');
  },
};

async function fetchEntities(context: LocalContext, client: Client): Promise<void> {
  const { items } = await client.list(Entity);
  const byRef = new Map(items.map(item => [item.metadata.annotations?.[REFERENCE], item.spec.entity]));
  giveEntities(context, wanted => byRef.get(refText(wanted)));
}

function giveEntities(context: LocalContext, find: (wanted: EntityRef) => BackstageEntity | undefined): void {
  const { entityRef, entityRefs, optional, defaultKind, defaultNamespace } = context.input as FetchInput;
  if (!entityRef && !entityRefs)
    throw new SlipwayError('InvalidInput', 'catalog:fetch: entityRef or entityRefs is required');
  const defaults = {
    ...(defaultKind ? { kind: defaultKind } : {}),
    ...(defaultNamespace ? { namespace: defaultNamespace } : {}),
  };
  const read = (text: string): BackstageEntity | null => {
    const wanted = parseRef(text, defaults);
    const found = find(wanted);
    if (!found && !optional)
      throw new SlipwayError('UnknownEntity', `catalog:fetch: ${refText(wanted)} is not in the catalog`);
    return found ?? null;
  };
  if (entityRef) context.output('entity', read(entityRef));
  if (entityRefs) context.output('entities', entityRefs.map(read));
}
