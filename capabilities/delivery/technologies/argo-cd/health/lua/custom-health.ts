import { type AnyObject, messageOf, parseApiVersion } from '@slipway/api';
import type { Workers } from '@slipway/definition';
import { matchesGlob } from '../../settings/glob.ts';
import type { ResourceOverride } from '../../settings/resource-override.ts';
import { type Health, healthOf } from '../health.ts';
import type { LuaAnswer, LuaWork } from './run-lua-worker.ts';

/** A batch's bound; each of its scripts has a second, as with Argo CD. */
const TIMEOUT_MS = 10_000;
const BATCH = 200;
const KEPT = 20_000;
const STATUSES: unknown[] = ['Healthy', 'Progressing', 'Degraded', 'Suspended', 'Missing', 'Unknown'];
const INVALID: Health = { status: 'Unknown', message: 'Lua returned an invalid health status' };

/** Says the health of live objects: by the scripts of `argocd-cm` where there is one for the kind, else by our rules. */
export interface HealthJudge {
  /** One answer for each object, in their order; undefined for kinds that have no health. Never rejects. */
  judge(objects: AnyObject[]): Promise<(Health | undefined)[]>;
}

export interface JudgeOptions {
  pool: Workers;
  /** The settings' `resourceOverrides` as they are now, by `<group>/<Kind>`. */
  overrides(): Record<string, ResourceOverride>;
}

/**
 * Scripts run in the pool, without files or network, bounded in time and memory; an object that did not change is
 * judged once. A script that fails makes its objects Unknown, and says why.
 */
export function healthJudge({ pool, overrides }: JudgeOptions): HealthJudge {
  const known = new Map<string, Health | undefined>();
  const runBatch = (work: LuaWork) =>
    pool
      .run<LuaAnswer[]>({
        module: new URL('./run-lua-worker.ts', import.meta.url),
        task: 'runLua',
        input: work,
        timeoutMs: TIMEOUT_MS,
      })
      .catch((error): LuaAnswer[] => work.objects.map(() => ({ error: messageOf(error) })));
  const judgeBy = async (override: ResourceOverride, objects: AnyObject[]): Promise<void> => {
    for (let first = 0; first < objects.length; first += BATCH) {
      const batch = objects.slice(first, first + BATCH);
      const { healthLua: script, useOpenLibs } = override;
      const answers = await runBatch({ script, useOpenLibs, objects: batch });
      if (known.size > KEPT) known.clear();
      for (const [at, object] of batch.entries()) known.set(keyOf(override, object), read(answers[at]));
    }
  };
  return {
    judge: async objects => {
      const scripts = overrides();
      const judged = objects.map(object => ({ object, override: overrideFor(object, scripts) }));
      const asked = Map.groupBy(
        judged.filter(({ override, object }) => override && !known.has(keyOf(override, object))),
        ({ override }) => override,
      );
      for (const [override, each] of asked)
        if (override)
          await judgeBy(
            override,
            each.map(({ object }) => object),
          );
      return judged.map(({ object, override }) =>
        override ? known.get(keyOf(override, object)) : healthOf(object),
      );
    },
  };
}

/** What is being deleted is judged by nobody's script. */
function overrideFor(
  object: AnyObject,
  overrides: Record<string, ResourceOverride>,
): ResourceOverride | undefined {
  if (object.metadata.deletionTimestamp) return undefined;
  const { group } = parseApiVersion(object.apiVersion);
  const key = group === '' ? object.kind : `${group}/${object.kind}`;
  const exact = overrides[key];
  if (exact?.healthLua) return exact;
  return Object.entries(overrides).find(
    ([pattern, { healthLua }]) => healthLua && pattern.includes('*') && matchesGlob(key, pattern),
  )?.[1];
}

function keyOf({ healthLua, useOpenLibs }: ResourceOverride, { metadata }: AnyObject): string {
  return `${metadata.uid} ${metadata.resourceVersion} ${useOpenLibs} ${healthLua}`;
}

/** What a script gave, as Argo CD takes it: nothing is no health, anything but a table a mistake. */
function read(answer: LuaAnswer | undefined): Health | undefined {
  const { value, error } = answer ?? { error: 'the script gave no answer' };
  if (error !== undefined) return { status: 'Unknown', message: error };
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object')
    return { status: 'Unknown', message: `expect table output from Lua script, not ${typeof value}` };
  const { status, message } = value as { status?: unknown; message?: unknown };
  if (status === undefined && Object.keys(value).length === 0) return undefined;
  if (!STATUSES.includes(status)) return INVALID;
  return { status: status as Health['status'], message: String(message ?? '') };
}
