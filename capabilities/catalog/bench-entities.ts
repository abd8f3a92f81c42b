import { readFile } from 'node:fs/promises';
import type { Entity } from '@slipway/kinds';
import { load } from '../../bench/load.ts';
import type { Platform } from '../../test/platform-process.ts';
import { objectNameOf } from './technologies/slipway-portal/entity/names.ts';

/** Where the entities of team `default` are in the API. */
export const ENTITIES = '/apis/catalog.slipway.dev/v1alpha1/namespaces/team-default/entities';
const TAGS = ['java', 'node', 'go', 'legacy', 'internal', 'public'];

/** Fills a platform's catalog over its API; the relations follow. */
export async function fillCatalog({ report }: Platform, count: number): Promise<void> {
  const config = JSON.parse(await readFile(report.kubeconfig, 'utf8'));
  const target = {
    port: Number(new URL(report.api).port),
    host: 'localhost',
    ca: await readFile(report.ca, 'utf8'),
    headers: { authorization: `Bearer ${config.users[0].user.token}` },
  };
  const entities = catalogOf(count);
  let made = 0;
  while (made < entities.length)
    await load(target, { connections: 16, ms: 1000 }, () => {
      const entity = entities[made++];
      if (!entity) return { method: 'GET', path: '/version' };
      return { method: 'POST', path: ENTITIES, body: JSON.stringify(entity) };
    });
}

/** A catalog as large organizations have one: mostly components, with their groups, systems, APIs and resources. */
function catalogOf(count: number): Entity[] {
  const groups = Math.ceil(count / 100);
  const systems = Math.ceil(count / 30);
  const apis = Math.ceil(count / 10);
  return Array.from({ length: count }, (_each, index) => {
    if (index < groups) return entity('Group', `team-${index}`, { type: 'team', children: [] });
    const owner = `team-${index % groups}`;
    if (index < groups + systems) return entity('System', `system-${index - groups}`, { owner });
    const system = `system-${index % systems}`;
    const own = { owner, system, lifecycle: index % 7 === 0 ? 'experimental' : 'production' };
    const rest = index - groups - systems;
    if (rest < apis)
      return entity('API', `api-${rest}`, { ...own, type: 'openapi', definition: 'openapi: 3.1.0' });
    return entity('Component', `component-${rest - apis}`, {
      ...own,
      type: index % 5 === 0 ? 'website' : 'service',
      consumesApis: [`api-${index % apis}`],
    });
  });
}

function entity(kind: string, name: string, spec: Record<string, unknown>): Entity {
  const number = Number(name.split('-').at(-1));
  const tags = TAGS.filter((_tag, index) => number % (index + 2) === 0);
  const description = `The ${kind.toLowerCase()} ${name} of a catalog that measures speed`;
  const own = {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'default', description, tags },
    spec,
  };
  return {
    apiVersion: 'catalog.slipway.dev/v1alpha1',
    kind: 'Entity',
    metadata: { namespace: 'team-default', name: objectNameOf(own) },
    spec: { entity: own },
  };
}
