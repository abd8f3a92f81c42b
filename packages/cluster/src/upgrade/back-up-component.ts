import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AnyObject, type Clock, timestamp } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Component, CustomResourceDefinition, Secret } from '@slipway/kinds';
import { writeWhole } from '@slipway/oci';
import { stringifyYaml } from '@slipway/render';
import { objectsOf } from './find-losses.ts';

/** Where a backup is, and what is in it. */
export interface ComponentBackup {
  file: string;
  resources: number;
  /** Secrets whose names and keys are in it; their values are not. */
  secrets: number;
}

/**
 * Writes what a component has of its own kinds, its inventory, and which Secrets it has, into one file of mode 0600 that
 * `kubectl apply -f` takes. Values of Secrets are left out.
 */
export async function backUpComponent(
  client: Client,
  id: string,
  { folder, clock }: { folder: string; clock: Clock },
): Promise<ComponentBackup> {
  const component = await client.get(Component, { name: id });
  const { inventory = [], version = 'unknown' } = component.status ?? {};
  const definitions = inventory.filter(({ kind }) => kind === CustomResourceDefinition.kind);
  const resources: AnyObject[] = [];
  for (const { name } of definitions) {
    const live = await client.find(CustomResourceDefinition, { name });
    if (live) resources.push(...(await objectsOf(client, live.spec)));
  }
  const secrets = await secretsOf(
    client,
    inventory.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name),
  );
  const time = timestamp(clock.now());
  const file = join(folder, `${id}-${version}-${time.replaceAll(':', '-')}.yaml`);
  const head = `# ${id} ${version}, ${time}: ${resources.length} objects of its own kinds, and its inventory.\n# Values of its ${secrets.length} Secrets are not here; the Secrets themselves stay on the cluster.\n`;
  const documents = [plain(component as unknown as AnyObject), ...secrets, ...resources.map(plain)];
  const text = head + documents.map(each => `---\n${stringifyYaml(each)}`).join('');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(file, text, { durable: true });
  return { file, resources: resources.length, secrets: secrets.length };
}

/** What the server adds to an object is of no use to whoever applies it again; an inventory is. */
function plain({ metadata, status, ...rest }: AnyObject): AnyObject {
  const {
    managedFields: _,
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _time,
    ...kept
  } = metadata;
  const isInventory = rest.kind === Component.kind;
  return { ...rest, metadata: kept, ...(isInventory && status ? { status } : {}) } as AnyObject;
}

/** References: which Secrets there are, and which keys they have. */
async function secretsOf(client: Client, namespaces: string[]): Promise<AnyObject[]> {
  const found: AnyObject[] = [];
  for (const namespace of namespaces) {
    const { items } = await client.list(Secret, { namespace });
    found.push(
      ...items.map(({ metadata, type, data }) => ({
        apiVersion: 'slipway.dev/v1alpha1',
        kind: 'SecretReference',
        metadata: { name: metadata.name, namespace },
        spec: { type: type ?? 'Opaque', keys: Object.keys(data ?? {}).sort() },
      })),
    );
  }
  return found;
}
