import { createHash } from 'node:crypto';
import { type AnyObject, hasReason, keyOf, keyText, messageOf, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { FIELD_MANAGER, identityOf } from '@slipway/definition';
import { inParallel, type Survey } from './survey.ts';

export interface AppliedObject {
  object: AnyObject;
  result: 'created' | 'changed' | 'unchanged';
  /** What the next look compares with: as `mark` of the inventory. */
  mark: string;
}

const AT_ONCE = 8;

/**
 * Applies objects of one step (server-side, forced: these fields are ours), those of one rank at a time. An object that is
 * as it was when it was applied last is left alone.
 * @throws SlipwayError ApplyFailed naming the object and the server's reason, KindUnknown
 */
export async function applyStep(
  client: Client,
  objects: AnyObject[],
  known: Known,
): Promise<AppliedObject[]> {
  const applied: AppliedObject[] = [];
  for (const rank of ranksOf(objects)) {
    await inParallel(rank, AT_ONCE, async object => {
      applied.push(await applyOne(client, object, known));
    });
  }
  return applied;
}

/** Runs of one kind: within it the order means nothing. */
function ranksOf(objects: AnyObject[]): AnyObject[][] {
  const ranks: AnyObject[][] = [];
  for (const object of objects) {
    const last = ranks.at(-1);
    if (last?.[0]?.kind === object.kind) last.push(object);
    if (last?.[0]?.kind !== object.kind) ranks.push([object]);
  }
  return ranks;
}

/** What was known before: what is there, and what it was made of. */
export interface Known {
  survey: Survey;
  marks: Map<string, string>;
}

/** Whether an object is on the cluster as it was when exactly this was applied last. */
export function isAsApplied(object: AnyObject, { survey, marks }: Known): boolean {
  const identity = identityOf(object);
  const live = survey.get(identity);
  return live !== undefined && marks.get(identity) === markOf(digestOf(object), live.metadata);
}

/** An object that somebody else applied for us, by how it was and how it is. */
export function asApplied(object: AnyObject, { survey }: Known, after: Survey): AppliedObject {
  const identity = identityOf(object);
  const [was, is] = [survey.get(identity)?.metadata, after.get(identity)?.metadata];
  const mark = markOf(digestOf(object), is ?? {});
  if (!was) return { object, result: 'created', mark };
  const versionOf = ({
    generation,
    resourceVersion,
  }: {
    generation?: number;
    resourceVersion?: string;
  } = {}) => generation ?? resourceVersion;
  return { object, result: versionOf(was) === versionOf(is) ? 'unchanged' : 'changed', mark };
}

function digestOf(object: AnyObject): string {
  return createHash('sha256').update(JSON.stringify(object)).digest('hex').slice(0, 16);
}

async function applyOne(client: Client, object: AnyObject, known: Known): Promise<AppliedObject> {
  const identity = identityOf(object);
  const mark = known.marks.get(identity);
  if (mark !== undefined && isAsApplied(object, known)) return { object, result: 'unchanged', mark };
  const live = known.survey.get(identity);
  const kind = await client.discover(object.apiVersion, object.kind);
  if (!kind)
    throw new SlipwayError(
      'KindUnknown',
      `${nameOf(object)}: the cluster serves no ${object.kind} in ${object.apiVersion}; a component that brings its CRD has to be chosen`,
    );
  const options = { fieldManager: FIELD_MANAGER, force: true, fieldValidation: 'Strict' as const };
  const after = await client
    .apply(kind, object, options)
    .catch(async error => {
      if (!mustBeMadeAnew(object, error)) throw error;
      await client.delete(kind, keyOf(object), { propagationPolicy: 'Background' });
      return client.apply(kind, object, options);
    })
    .catch(error => {
      throw applyFailed(object, error);
    });
  // What is on its way out would take with it what was just written.
  if (after.metadata.deletionTimestamp) throw new SlipwayError('StillGoing', `${nameOf(object)}: ${GOING}`);
  const same = live?.metadata.resourceVersion === after.metadata.resourceVersion;
  const result = same ? 'unchanged' : live ? 'changed' : 'created';
  return { object, result, mark: markOf(digestOf(object), after.metadata) };
}

/** Said of an object that somebody deleted and that is not gone yet. */
export const GOING = 'it is still being deleted';

/** Kinds that keep nothing of their own: a selector or a role that may not change is no reason to stop. */
const KEEPS_NOTHING = new Set(['ClusterRoleBinding', 'DaemonSet', 'Deployment', 'Job', 'RoleBinding']);

function mustBeMadeAnew({ kind }: AnyObject, error: unknown): boolean {
  if (!KEEPS_NOTHING.has(kind) || !hasReason(error, 'Invalid')) return false;
  return /field is immutable|cannot change roleRef/.test(messageOf(error));
}

/** An object without a generation has no status either: its version changes when it does. */
function markOf(
  digest: string,
  { generation, resourceVersion }: { generation?: number; resourceVersion?: string },
): string {
  return `${digest}/${generation === undefined ? `v${resourceVersion}` : `g${generation}`}`;
}

function nameOf(object: AnyObject): string {
  return `${object.kind} ${keyText(keyOf(object))}`;
}

function applyFailed(object: AnyObject, error: unknown): SlipwayError {
  const hint = hasReason(error, 'Forbidden')
    ? '; ask for that right, or see all that are missing: slipway doctor'
    : '';
  return new SlipwayError('ApplyFailed', `${nameOf(object)}: ${messageOf(error)}${hint}`, { cause: error });
}
