import { readdir, readFile } from 'node:fs/promises';
import type { Client } from '@slipway/client';
import { type BackstageEntity, Entity, Template } from '@slipway/kinds';
import { load } from 'js-yaml';
import { checkEntity, refOf, refText } from '../entity/envelope.ts';
import { objectNameOf, REFERENCE } from '../entity/names.ts';

const FOLDER = new URL('../templates/', import.meta.url);
const FIELD_MANAGER = 'slipway-portal';

/** Applies the templates that come with the product, with their catalog entries, into namespace `default`. */
export async function applyShipped(client: Client): Promise<void> {
  for (const name of await readdir(FOLDER)) {
    const text = await readFile(new URL(`${name}/template.yaml`, FOLDER), 'utf8');
    await applyTemplate(client, name, checkEntity(load(text)));
  }
}

async function applyTemplate(client: Client, folder: string, entity: BackstageEntity): Promise<void> {
  const { name, title, description, annotations, tags } = entity.metadata;
  const location = { 'backstage.io/managed-by-location': `url:shipped:${folder}` };
  const shown = {
    ...(title ? { 'slipway.dev/title': title } : {}),
    ...(description ? { 'slipway.dev/description': description } : {}),
    ...(tags ? { 'slipway.dev/tags': tags.join(',') } : {}),
  };
  const options = { fieldManager: FIELD_MANAGER, force: true };
  await client.apply(
    Template,
    {
      apiVersion: 'scaffolder.backstage.io/v1beta3',
      kind: 'Template',
      metadata: { namespace: 'default', name, annotations: { ...annotations, ...shown, ...location } },
      spec: (entity.spec ?? {}) as Template['spec'],
    },
    options,
  );
  const located = {
    ...entity,
    metadata: { namespace: 'default', ...entity.metadata, annotations: { ...annotations, ...location } },
  };
  await client.apply(
    Entity,
    {
      apiVersion: 'catalog.slipway.dev/v1alpha1',
      kind: 'Entity',
      metadata: {
        namespace: 'default',
        name: objectNameOf(entity),
        annotations: { [REFERENCE]: refText(refOf(entity)) },
      },
      spec: { entity: located, location: `shipped:${folder}` },
    },
    options,
  );
}
