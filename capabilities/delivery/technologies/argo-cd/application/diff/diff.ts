import {
  type AnyObject,
  hasReason,
  type Kind,
  type KubeObject,
  keyOf,
  messageOf,
  parseApiVersion,
  type Stored,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import { type Fields, isFields, mergePatchOf, same } from './fields.ts';
import { type Ignored, type IgnoreRule, ignoredIn } from './ignore-differences.ts';
import type { Jq } from './jq.ts';
import type { KnownField } from './known-types.ts';
import { withoutFieldsOf, withoutMutations } from './managed-fields.ts';
import { content, normalizeAll, normalizeKind, sameContent } from './normalize.ts';
import { patchMetaOf } from './patch-meta.ts';
import { applied } from './three-way.ts';

/** Who the fields of a sync belong to. */
export const FIELD_MANAGER = 'argocd-controller';
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Answers that are about the object, not about the server. */
const REFUSALS = ['Invalid', 'BadRequest', 'Forbidden', 'Conflict', 'NotFound', 'InternalError'] as const;

/** What of the comparison the Application and `argocd-cm` say. */
export interface DiffOptions {
  /** Those of the system before those of the Application. */
  ignoreRules: IgnoreRule[];
  ignoreAggregatedRoles: boolean;
  /** `resource.customizations.knownTypeFields.*`, by `group/Kind`. */
  knownFields: Record<string, KnownField[]>;
  /** The server is asked what applying would give (`ServerSideDiff=true`). */
  serverSideDiff: boolean;
  /** What webhooks change counts as well (`IncludeMutationWebhook=true`). */
  includeMutationWebhook: boolean;
  /** The Application applies on the server: so is its comparison (structured merge diff). */
  serverSideApply: boolean;
}

export interface DiffInput {
  kind: Kind;
  target: AnyObject;
  live: Stored<AnyObject>;
  options: DiffOptions;
  client: Client;
  jq: Jq;
}

/** A comparison: the live object as it is compared, and what it would be once the target is applied. */
export interface DiffResult {
  modified: boolean;
  normalizedLive: AnyObject;
  predictedLive: AnyObject;
}

/**
 * Compares a target with what lives, as Argo CD does: against the configuration applied last, or by asking the server.
 * @throws Error whose message is for a ComparisonError
 */
export async function diffObject(input: DiffInput): Promise<DiffResult> {
  const { options } = input;
  const ignored = ignoredIn(input.target, options.ignoreRules);
  const trusted = ignored.managedFieldsManagers;
  const pair = withoutFieldsOf(trusted, { live: input.live, target: input.target });
  const live = normalizeKind(pair.live, options);
  const target = normalizeKind(pair.target, options);
  if (options.serverSideDiff) return serverSideDiff(input, { live, target, ignored });
  const syncOptions = target.metadata.annotations?.['argocd.argoproj.io/sync-options'] ?? '';
  const onServer = options.serverSideApply || /(^|,)\s*ServerSideApply=true\s*(,|$)/.test(syncOptions);
  return onServer
    ? structuredMergeDiff(input, { live, target, ignored })
    : threeWayDiff(input, { live, target, ignored });
}

interface Normalized {
  live: AnyObject;
  target: AnyObject;
  ignored: Ignored;
}

/** The server's answer to applying the target; fields of others than us are left as they are. */
async function serverSideDiff(input: DiffInput, { live, target, ignored }: Normalized): Promise<DiffResult> {
  const asked = await dryRunApply(input, target);
  const own = input.options.includeMutationWebhook ? asked : withoutMutations(asked, live, FIELD_MANAGER);
  return finished(input, live, own, ignored);
}

/** As the server would merge the target, without what is ignored in it. */
async function structuredMergeDiff(
  input: DiffInput,
  { live, target, ignored }: Normalized,
): Promise<DiffResult> {
  const [wanted = target] = await normalizeAll([target], normalizing(input, ignored), input.jq);
  const asked = await dryRunApply(input, wanted);
  return finished(input, live, asked, ignored);
}

async function dryRunApply({ client, kind }: DiffInput, target: AnyObject): Promise<AnyObject> {
  const options = { fieldManager: FIELD_MANAGER, force: true, dryRun: true } as const;
  try {
    return (await client.apply<KubeObject>(kind, withoutServerFields(target), options)) as AnyObject;
  } catch (error) {
    if (!hasReason(error, ...REFUSALS)) throw error;
    throw new Error(
      `error running server side apply in dryrun mode for resource ${target.kind}/${target.metadata.name}: ${messageOf(error)}`,
    );
  }
}

/** What a server refuses in an object that is applied. */
function withoutServerFields(target: AnyObject): AnyObject {
  const { managedFields: _managed, ...metadata } = target.metadata;
  return { ...target, metadata };
}

async function finished(
  input: DiffInput,
  live: AnyObject,
  predicted: AnyObject,
  ignored: Ignored,
): Promise<DiffResult> {
  const both = [live, normalizeKind(predicted, input.options)];
  const [left = live, right = predicted] = await normalizeAll(both, normalizing(input, ignored), input.jq);
  const [normalizedLive, predictedLive] = [content(left), content(right)];
  return { modified: !same(normalizedLive, predictedLive), normalizedLive, predictedLive };
}

function normalizing({ options, target }: DiffInput, ignored: Ignored) {
  const { ignoreAggregatedRoles } = options;
  return { ignored, ignoreAggregatedRoles, knownFields: options.knownFields[kindKey(target)] ?? [] };
}

/** As the settings name a kind: `apps/Deployment`, or the kind alone for the core group. */
function kindKey({ apiVersion, kind }: AnyObject): string {
  const { group } = parseApiVersion(apiVersion);
  return group === '' ? kind : `${group}/${kind}`;
}

/** Against the configuration that was applied last; without one, the target stands for it. */
async function threeWayDiff(input: DiffInput, { live, target, ignored }: Normalized): Promise<DiffResult> {
  const original = lastApplied(live);
  const objects = original ? [live, target, normalizeKind(original, input.options)] : [live, target];
  const [left = live, wanted = target, before = wanted] = await normalizeAll(
    objects,
    normalizing(input, ignored),
    input.jq,
  );
  const meta = await patchMetaOf(target.apiVersion, target.kind);
  const three = { original: bare(before), wanted: bare(wanted), live: left as unknown as Fields };
  const predicted = applied(three, meta) as unknown as AnyObject;
  if (same(predicted, left)) return { modified: false, normalizedLive: left, predictedLive: left };
  const modified = !meta || (await changesAtServer(input, { left, predicted, ignored }));
  return { modified, normalizedLive: left, predictedLive: modified ? predicted : left };
}

/**
 * Whether anything is left of a difference once the server has completed the predicted object: defaults and canonical
 * forms are its own to know. Upstream has them compiled in, for the same built-in kinds. True when the server would not
 * take it.
 */
async function changesAtServer(
  input: DiffInput,
  { left, predicted, ignored }: { left: AnyObject; predicted: AnyObject; ignored: Ignored },
): Promise<boolean> {
  const patch = mergePatchOf(left as unknown as Fields, predicted as unknown as Fields);
  if (!patch) return false;
  const options = { dryRun: true, fieldManager: FIELD_MANAGER, fieldValidation: 'Ignore' as const };
  try {
    const answer = await input.client.patch(
      input.kind,
      keyOf(input.live),
      { type: 'merge', body: patch },
      options,
    );
    const both = [input.live, answer as AnyObject].map(each => normalizeKind(each, input.options));
    const [before, after] = await normalizeAll(both, normalizing(input, ignored), input.jq);
    return !before || !after || !sameContent(before, after);
  } catch (error) {
    if (!hasReason(error, ...REFUSALS)) throw error;
    return true;
  }
}

/** `metadata.namespace` and an empty map of annotations stand in live objects anyway. */
function bare(object: AnyObject): Fields {
  const { namespace: _namespace, annotations, ...metadata } = object.metadata;
  const kept = annotations && Object.keys(annotations).length > 0 ? { annotations } : {};
  return { ...object, metadata: { ...metadata, ...kept } };
}

/** What was applied last, as the live object's annotation has it. */
export function lastApplied(live: AnyObject): AnyObject | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) && isFields(value.metadata) ? (value as unknown as AnyObject) : undefined;
  } catch {
    return undefined;
  }
}
