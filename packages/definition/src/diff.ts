import { type AnyObject, keyOf, keyText, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { FIELD_MANAGER } from './apply.ts';
import { differences, type FieldDifference } from './difference.ts';
import type { Plan } from './plan.ts';
import { staleObjects } from './stale.ts';

/** How one object of the running platform differs from its definition. */
export interface ObjectDifference {
  kind: string;
  name: string;
  result: 'new' | 'gone' | 'changed';
  /** Of `changed`: field by field. */
  fields: FieldDifference[];
  /** The object as the plan has it; of `gone`: as it is. */
  object: AnyObject;
}

/**
 * What applying a plan would change, field by field, as the server itself says (dry run): defaults and fields of others
 * are no difference. Changes nothing.
 */
export async function diffPlan(client: Client, plan: Pick<Plan, 'objects'>): Promise<ObjectDifference[]> {
  const found: ObjectDifference[] = [];
  for (const object of plan.objects) {
    const difference = await diffObject(client, object);
    if (difference) found.push(difference);
  }
  const stale = await staleObjects(client, plan);
  return [
    ...found,
    ...stale.map(object => ({ ...named(object), result: 'gone' as const, fields: [], object })),
  ];
}

/** As the server itself says; undefined when it has it so already. */
export async function diffObject(client: Client, object: AnyObject): Promise<ObjectDifference | undefined> {
  const kind = await client.discover(object.apiVersion, object.kind);
  if (!kind) {
    const text = `${object.kind} ${keyText(keyOf(object))}: the server serves no ${object.kind} in ${object.apiVersion}`;
    throw new SlipwayError('KindUnknown', text);
  }
  const before = await client.find(kind, keyOf(object));
  const options = { fieldManager: FIELD_MANAGER, force: true, dryRun: true };
  const after = await client.apply(kind, object, options);
  if (!before) return { ...named(object), result: 'new', fields: [], object };
  const fields = differences(contentOf(before as AnyObject), contentOf(after as AnyObject));
  return fields.length === 0 ? undefined : { ...named(object), result: 'changed', fields, object };
}

function named(object: AnyObject): { kind: string; name: string } {
  return { kind: object.kind, name: keyText(keyOf(object)) };
}

/** Without what the server writes. */
function contentOf({ metadata, status: _status, ...rest }: AnyObject): Record<string, unknown> {
  const { labels, annotations } = metadata;
  return { ...rest, metadata: { labels, annotations } };
}
