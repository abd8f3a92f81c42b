import { Buffer } from 'node:buffer';
import { hasReason, SlipwayError, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret, type TemplateRun } from '@slipway/kinds';

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
  return Object.fromEntries(
    Object.entries(found.data ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  );
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
