import type { Stored } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { type BackstageEntity, Component, Entity } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import { type DerivedEntity, derivedKey, keepDerived, removeDerived } from './derived-entity.ts';

const TOOL_LABEL = 'catalog.slipway.dev/tool';
const TOOL_OBJECTS = 'slipway-system';
/** Backstage's namespace of what the platform itself consists of: no team's names are taken. */
const PLATFORM = 'platform';
const OWNER = `group:${PLATFORM}/platform-admins`;
const SYSTEM = `system:${PLATFORM}/${PLATFORM}`;

/** The platform's tools stand in the catalog: what each is for, how it is, and where one opens it, signed in. */
export const toolController: Controller = controller<Component>({
  name: 'catalog-tools',
  kind: Component,
  watches: [watching<Entity>({ kind: Entity, keysOf: toolOf })],
  reconcile: reconcileTool,
  removed: ({ name }, context) => removeDerived(context, keyOfTool(name), TOOL_LABEL),
});

function toolOf({ metadata }: Stored<Entity>): { name: string }[] {
  const name = metadata.labels?.[TOOL_LABEL];
  return name ? [{ name }] : [];
}

function keyOfTool(name: string): ReturnType<typeof derivedKey> {
  const entity = { apiVersion: '', kind: 'Component', metadata: { name, namespace: PLATFORM } };
  return derivedKey({ entity, namespace: TOOL_OBJECTS });
}

async function reconcileTool(component: Stored<Component>, context: Context): Promise<Outcome> {
  const { name } = component.metadata;
  for (const entity of [GROUP, WHOLE]) await keepDerived(context, derived(entity, ''));
  const kept = await keepDerived(context, derived(toolEntity(component), name));
  if (kept !== done) return kept;
  await tellConditions(component, context);
  return done;
}

/** How it is stands in the catalog as well. */
async function tellConditions(
  { metadata, status }: Stored<Component>,
  { client, cache }: Context,
): Promise<void> {
  const { conditions = [] } = status ?? {};
  const key = keyOfTool(metadata.name);
  const present = cache(Entity).get(key);
  if (conditions.length === 0 || JSON.stringify(present?.status?.conditions) === JSON.stringify(conditions))
    return;
  await updateStatus(client, Entity, key, draft => {
    draft.status = { ...draft.status, conditions };
  });
}

function derived(entity: BackstageEntity, value: string): DerivedEntity {
  return { entity, namespace: TOOL_OBJECTS, label: TOOL_LABEL, value, from: 'platform' };
}

/** Who runs it, and what all of it is part of. */
const GROUP: BackstageEntity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Group',
  metadata: {
    name: 'platform-admins',
    namespace: PLATFORM,
    title: 'Platform administrators',
    description: 'Those who run this platform.',
  },
  spec: { type: 'team', children: [] },
};
const WHOLE: BackstageEntity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'System',
  metadata: {
    name: PLATFORM,
    namespace: PLATFORM,
    title: 'This platform',
    description: 'The tools that this platform is made of.',
  },
  spec: { owner: OWNER },
};

function toolEntity({ metadata, spec, status }: Stored<Component>): BackstageEntity {
  const { technology, title = technology, purpose, capabilities, engine } = spec;
  const version = status?.version ?? spec.version;
  const links = linksOf(spec, status?.address);
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: metadata.name,
      namespace: PLATFORM,
      title,
      ...(purpose ? { description: purpose } : {}),
      annotations: {
        'slipway.dev/component': metadata.name,
        'slipway.dev/engine': engine,
        ...(version ? { 'slipway.dev/version': version } : {}),
      },
      tags: capabilities,
      ...(links.length > 0 ? { links } : {}),
    },
    spec: { type: 'tool', lifecycle: 'production', owner: OWNER, system: SYSTEM },
  };
}

/** A page is opened where its sign-in begins; who serves no pages is known by its address. */
function linksOf(
  { title, technology, links = [] }: Component['spec'],
  address: string | undefined,
): { url: string; title: string; type: string }[] {
  const pages = links.map(({ title: page, url, signIn }) => ({
    url: signIn ?? url,
    title: page,
    type: signIn ? 'sign-in' : 'page',
  }));
  if (pages.length > 0 || !address) return pages;
  return [{ url: address, title: `${title ?? technology}’s API`, type: 'api' }];
}
