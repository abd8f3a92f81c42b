import type { AnyObject, Stored } from '@slipway/api';
import type { Jq } from '../application/diff/jq.ts';
import { isSame, mergePatchBetween } from './merge-patch.ts';
import { normalizeSpec } from './normalize-spec.ts';
import { withoutAutomation } from './rolling-sync/progress.ts';
import type { ApplicationSet } from './spec.ts';
import { withIgnored } from './wanted.ts';

/** jq expressions of `ignoreApplicationDifferences` that concern an Application. */
function expressionsFor({ spec }: ApplicationSet, name: string): string[] {
  return (spec.ignoreApplicationDifferences ?? [])
    .filter(rule => !rule.name || rule.name === name)
    .flatMap(({ jqPathExpressions = [] }) => jqPathExpressions);
}

/** Two Applications without what jq expressions leave out of both. */
async function withoutIgnored(
  set: ApplicationSet,
  pair: [AnyObject, AnyObject],
  jq: Jq,
): Promise<[unknown, unknown]> {
  const expressions = expressionsFor(set, pair[0].metadata.name ?? '');
  if (expressions.length === 0) return pair;
  const [live, wanted] = await jq.without(expressions, pair);
  return [live, wanted];
}

/**
 * The merge patch that makes an Application what is wanted, as far as it is the set's to say; undefined for none.
 * @throws SlipwayError JqFailed
 */
export async function patchOf(
  set: ApplicationSet,
  live: AnyObject,
  wanted: AnyObject,
  jq: Jq,
): Promise<unknown> {
  const [before, after] = await withoutIgnored(set, [owned(live), owned(wanted, live)], jq);
  return mergePatchBetween(before, after);
}

/** What an ApplicationSet owns of an Application. */
function owned(application: AnyObject, live?: AnyObject): AnyObject {
  const { name, labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = application.metadata;
  const operation = application.operation ?? live?.operation;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { ...(name ? { name } : {}), labels, annotations, finalizers, ownerReferences },
    spec: normalizeSpec(application.spec ?? {}),
    ...(operation ? { operation } : {}),
  };
}

/** Names of Applications whose spec is not what the template wants now: what is ignored is no difference. */
export async function changedSpecs(
  set: ApplicationSet,
  current: Stored<AnyObject>[],
  desired: AnyObject[],
  jq: Jq,
): Promise<Set<string>> {
  const changed = new Set<string>();
  for (const live of current) {
    const { name } = live.metadata;
    const wanted = desired.find(({ metadata }) => metadata.name === name);
    if (!wanted) continue;
    const kept = withIgnored(set, withoutAutomation(wanted), live);
    const [before, after] = await withoutIgnored(set, [specOnly(live), specOnly(kept)], jq);
    if (!isSame(before, after)) changed.add(name);
  }
  return changed;
}

function specOnly({ metadata, spec = {} }: AnyObject): AnyObject {
  const { name } = metadata;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: name ? { name } : {},
    spec: normalizeSpec(spec),
  };
}
