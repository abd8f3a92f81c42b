import { type Client, mutate } from '@slipway/client';
import { Secret } from '@slipway/kinds';

/** Makes a Secret say what this one says and nothing else; other labels and annotations stay. */
export async function replaceSecret(client: Client, { metadata, stringData = {} }: Secret): Promise<void> {
  const { namespace = '', name = '', labels, annotations } = metadata;
  const entries = Object.entries(stringData);
  await mutate(client, Secret, { namespace, name }, draft => {
    draft.data = Object.fromEntries(
      entries.map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
    );
    draft.metadata.labels = { ...draft.metadata.labels, ...labels };
    draft.metadata.annotations = { ...draft.metadata.annotations, ...annotations };
  });
}
