import { type AnyObject, keyOf, keyText, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';

/** Who the platform's own objects belong to in `metadata.managedFields`. */
export const FIELD_MANAGER = 'slipway';

/** On the Platform: says which plan the objects in the store were made of; taken off before they change. */
export const PLAN_DIGEST = 'slipway.dev/plan-digest';

/** What became of one object; `unchanged` means that the server kept its version. */
export interface Applied {
  object: string;
  result: 'created' | 'changed' | 'unchanged';
}

/**
 * Applies objects in order (server-side apply, forced: these fields are ours).
 * @throws SlipwayError KindUnknown when the server does not serve an object's kind
 */
export async function applyObjects(
  client: Client,
  objects: AnyObject[],
  options: { dryRun?: boolean } = {},
): Promise<Applied[]> {
  const applied: Applied[] = [];
  for (const object of objects) applied.push(await applyObject(client, object, options.dryRun ?? false));
  return applied;
}

async function applyObject(client: Client, object: AnyObject, dryRun: boolean): Promise<Applied> {
  const kind = await client.discover(object.apiVersion, object.kind);
  const name = `${object.kind} ${keyText(keyOf(object))}`;
  if (!kind)
    throw new SlipwayError(
      'KindUnknown',
      `${name}: the server serves no ${object.kind} in ${object.apiVersion}`,
    );
  const before = await client.find(kind, keyOf(object));
  const after = await client.apply(kind, object, { fieldManager: FIELD_MANAGER, force: true, dryRun });
  if (!before) return { object: name, result: 'created' };
  const same = sameContent(before as AnyObject, after as AnyObject);
  return { object: name, result: same ? 'unchanged' : 'changed' };
}

function sameContent(before: AnyObject, after: AnyObject): boolean {
  const content = ({ metadata, status: _status, ...rest }: AnyObject) =>
    JSON.stringify({ ...rest, labels: metadata.labels, annotations: metadata.annotations });
  return content(before) === content(after);
}
