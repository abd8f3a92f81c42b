import { Buffer } from 'node:buffer';
import { hasReason, SlipwayError, StatusError, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret, type TemplateRun } from '@slipway/kinds';

/** Puts secrets of a form where only its run reads them. Gives the Secret's name; undefined where there are none. */
export async function keepSecrets(
  client: Client,
  { namespace, name, secrets }: { namespace: string; name: string; secrets: Record<string, string> },
): Promise<string | undefined> {
  if (Object.keys(secrets).length === 0) return undefined;
  const wrong = Object.entries(secrets).find(([, value]) => typeof value !== 'string');
  if (wrong) throw new StatusError('BadRequest', `secrets.${wrong[0]}: a text is expected`);
  const made = await client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { generateName: `${name}-`, namespace, labels: { 'slipway.dev/form': name } },
    stringData: secrets,
  } as Secret);
  return made.metadata.name;
}

/**
 * What expressions see as `secrets`: the Secret a run names, read with its creator's rights. They stand in no object
 * but that one.
 * @throws SlipwayError SecretsMissing
 */
export async function readSecrets(
  client: Client,
  { metadata, spec }: Stored<TemplateRun>,
): Promise<Record<string, string>> {
  if (!spec.secrets) return {};
  const found = await client.find(Secret, { namespace: metadata.namespace ?? '', name: spec.secrets });
  if (!found)
    throw new SlipwayError(
      'SecretsMissing',
      `spec.secrets: Secret ${JSON.stringify(spec.secrets)} is not there; start the run again from its form`,
    );
  await bind(client, found, { metadata, spec } as Stored<TemplateRun>);
  return Object.fromEntries(
    Object.entries(found.data ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  );
}

/** From now on it goes with its run, whatever becomes of that one. */
async function bind(
  client: Client,
  secret: Stored<Secret>,
  { metadata }: Stored<TemplateRun>,
): Promise<void> {
  const { name, uid } = metadata;
  if (secret.metadata.ownerReferences?.some(owner => owner.uid === uid)) return;
  const ownerReferences = [{ apiVersion: 'slipway.dev/v1alpha1', kind: 'TemplateRun', name, uid }];
  const key = { namespace: secret.metadata.namespace ?? '', name: secret.metadata.name };
  await client.patch(Secret, key, { type: 'merge', body: { metadata: { ownerReferences } } });
}

/** Once every step is done nobody needs them. */
export async function removeSecrets(client: Client, { metadata, spec }: Stored<TemplateRun>): Promise<void> {
  if (!spec.secrets) return;
  try {
    await client.delete(Secret, { namespace: metadata.namespace ?? '', name: spec.secrets });
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  }
}
