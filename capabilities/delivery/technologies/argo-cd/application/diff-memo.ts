import { createHash } from 'node:crypto';
import type { AnyObject, Stored } from '@slipway/api';
import type { DiffResult } from './diff/diff.ts';
import { content } from './diff/normalize.ts';

/** Remembers comparisons: the same two objects under the same rules compare equally. */
export interface DiffMemo {
  /**
   * `rules` is a text that is another one when anything else changes that decides; `anew`: compare whatever is known,
   * for what nobody tells of (schemas, defaults) may have changed.
   */
  remember(
    pair: { target: AnyObject; live: Stored<AnyObject>; rules: string; anew: boolean },
    compare: () => Promise<DiffResult>,
  ): Promise<DiffResult>;
}

const MOST = 100_000;

/**
 * By live object, what it was found to agree with. Only agreement is kept: what differs is looked at again each time, and
 * is the smaller part. What a server writes about an object does not count, nor its status.
 */
export function diffMemo(): DiffMemo {
  const agreed = new Map<string, string>();
  return {
    remember: async ({ target, live, rules, anew }, compare) => {
      const { uid } = live.metadata;
      const digest = digestOf(target, live, rules);
      if (!anew && agreed.get(uid) === digest)
        return { modified: false, normalizedLive: live, predictedLive: live };
      const result = await compare();
      agreed.delete(uid);
      if (result.modified) return result;
      const [oldest] = agreed.keys();
      if (agreed.size >= MOST && oldest !== undefined) agreed.delete(oldest);
      agreed.set(uid, digest);
      return result;
    },
  };
}

function digestOf(target: AnyObject, live: AnyObject, rules: string): string {
  const { status: _status, ...rest } = content(live);
  const owners = (live.metadata.managedFields ?? []).map(({ time: _time, ...entry }) => entry);
  const applied = live.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
  const text = JSON.stringify([target, rest, applied, owners, rules]);
  return createHash('sha1').update(text).digest('base64');
}
