import { SlipwayError } from '@slipway/api';
import { Entity, Repository } from '@slipway/kinds';
import { parseRef, refText } from '../entity/envelope.ts';
import { readRepository } from '../entity/repository-controller.ts';
import { GIT_HOST } from '../git-server/call.ts';
import { mayUse } from '../template-run/rights.ts';
import type { Action, ActionContext } from './action.ts';

interface RegisterInput {
  catalogInfoUrl?: string;
  repoContentsUrl?: string;
  catalogInfoPath?: string;
  optional?: boolean;
}

const WAIT_MS = 50;
const ATTEMPTS = 100;

/** Reads a repository's catalog file now, rather than when its push is noticed. */
export const catalogRegister: Action = {
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
  run: async context => {
    const {
      catalogInfoUrl,
      repoContentsUrl,
      catalogInfoPath = '/catalog-info.yaml',
      optional,
    } = context.input as RegisterInput;
    const url =
      catalogInfoUrl ??
      (repoContentsUrl ? `${repoContentsUrl.replace(/\/$/, '')}/${catalogInfoPath.replace(/^\//, '')}` : '');
    const references = await register(context, url);
    const [entityRef] = references.filter(reference => !reference.startsWith('location:'));
    if (!entityRef && !optional)
      throw new SlipwayError('NothingToRegister', `catalog:register: ${url} gives no entity`);
    if (entityRef) context.output('entityRef', entityRef);
    context.output('catalogInfoUrl', url);
    context.log(entityRef ? `registered ${references.join(', ')}` : 'nothing to register');
  },
};

async function register(context: ActionContext, text: string): Promise<string[]> {
  const url = URL.parse(text);
  const [, owner, name] = /^\/([^/]+)\/([^/]+?)(?:\.git)?\//.exec(url?.pathname ?? '') ?? [];
  if (!owner || !name || url?.hostname !== GIT_HOST) {
    throw new SlipwayError(
      'UrlRefused',
      `catalog:register: ${JSON.stringify(text)}: a file of a repository at https://${GIT_HOST}/ is expected`,
    );
  }
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

/** Gives an entity of the catalog to later steps. */
export const catalogFetch: Action = {
  id: 'catalog:fetch',
  description: 'Reads an entity of the catalog.',
  local: true,
  input: {
    type: 'object',
    required: ['entityRef'],
    properties: {
      entityRef: { type: 'string' },
      optional: { type: 'boolean' },
      defaultKind: { type: 'string' },
    },
  },
  run: async context => {
    const { entityRef, optional, defaultKind } = context.input as {
      entityRef: string;
      optional?: boolean;
      defaultKind?: string;
    };
    const wanted = refText(parseRef(entityRef, defaultKind ? { kind: defaultKind } : {}));
    const { items } = await context.client.list(Entity);
    const found = items.find(item => item.metadata.annotations?.['catalog.slipway.dev/reference'] === wanted);
    if (!found && !optional)
      throw new SlipwayError('UnknownEntity', `catalog:fetch: ${wanted} is not in the catalog`);
    context.output('entity', found?.spec.entity ?? null);
  },
};
