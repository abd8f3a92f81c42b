import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { updateStatus } from '@slipway/client';
import { Component, Entity, Namespace } from '@slipway/kinds';
import { eventually, type PortalStage, stagePortal } from '../portal.fixture.ts';

let stage: PortalStage;
before(async () => {
  stage = await stagePortal();
  const metadata = { name: 'slipway-system' };
  await stage.client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata });
});
after(() => stage.stop());

async function toolNamed(name: string): Promise<Entity | undefined> {
  const labelSelector = `catalog.slipway.dev/tool=${name}`;
  const { items } = await stage.client.list(Entity, { namespace: 'slipway-system', labelSelector });
  return items[0];
}

const ARGO: Component = {
  apiVersion: 'slipway.dev/v1alpha1',
  kind: 'Component',
  metadata: { name: 'argo-cd' },
  spec: {
    technology: 'argo-cd',
    title: 'Argo CD',
    purpose: 'Keeps clusters as Git says.',
    capabilities: ['continuous-delivery'],
    engine: 'upstream',
    version: '3.5.1',
    links: [
      {
        title: 'Argo CD',
        url: 'https://argocd.acme.example',
        signIn: 'https://argocd.acme.example/auth/login',
      },
    ],
  },
};

test('a tool stands in the catalog as long as it is chosen, with a link that signs in and how it is', async () => {
  const { client } = stage;
  await client.create(Component, ARGO);
  const made = await eventually('the tool', () => toolNamed('argo-cd'));
  const { metadata, spec } = made.spec.entity;
  assert.equal(metadata.title, 'Argo CD');
  assert.equal(metadata.description, ARGO.spec.purpose);
  assert.equal(metadata.annotations?.['slipway.dev/version'], '3.5.1');
  assert.deepEqual(metadata.links, [
    { url: 'https://argocd.acme.example/auth/login', title: 'Argo CD', type: 'sign-in' },
  ]);
  assert.equal(spec?.system, 'system:platform/platform');
  const condition = {
    type: 'Probed',
    status: 'False' as const,
    reason: 'NotProbed',
    message: 'API: no answer',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  await updateStatus(client, Component, { name: 'argo-cd' }, draft => {
    draft.status = { ...draft.status, conditions: [condition] };
  });
  await eventually(
    'how it is',
    async () => (await toolNamed('argo-cd'))?.status?.conditions?.[0]?.message === 'API: no answer',
  );
  await client.delete(Component, { name: 'argo-cd' });
  await eventually('the tool is gone', async () => (await toolNamed('argo-cd')) === undefined);
});

test('who serves no pages is known by its address, and who has none by nothing', async () => {
  const { client } = stage;
  const { version: _version, links: _links, ...bare } = ARGO.spec;
  await client.create(Component, {
    ...ARGO,
    metadata: { name: 'gitea' },
    spec: { ...bare, technology: 'gitea', title: 'Gitea', engine: 'embedded' },
  });
  const made = await eventually('the tool', () => toolNamed('gitea'));
  assert.equal(made.spec.entity.metadata.links, undefined);
  await updateStatus(client, Component, { name: 'gitea' }, draft => {
    draft.status = { ...draft.status, address: 'https://git.acme.example' };
  });
  const found = await eventually('its address', async () => {
    const { links } = (await toolNamed('gitea'))?.spec.entity.metadata ?? {};
    return links?.[0];
  });
  assert.deepEqual(found, { url: 'https://git.acme.example', title: 'Gitea’s API', type: 'api' });
});

test('what somebody takes out of the catalog by hand comes back', async () => {
  const { client } = stage;
  await client.create(Component, { ...ARGO, metadata: { name: 'vault' } });
  const made = await eventually('the tool', () => toolNamed('vault'));
  const { name = '', namespace = '' } = made.metadata;
  await client.delete(Entity, { namespace, name });
  await eventually('it is back', async () => {
    const again = await toolNamed('vault');
    return again && again.metadata.uid !== made.metadata.uid;
  });
});
