import { createHash } from 'node:crypto';
import type { AnyObject } from '@slipway/api';
import { content, FIELD_MANAGER } from './compare.ts';

/** Remembers comparisons: equal objects compare equally, so the server is asked once. */
export interface ComparisonMemo {
  remember(
    target: AnyObject,
    live: AnyObject,
    rules: string[],
    compare: () => Promise<boolean>,
  ): Promise<boolean>;
  /** Forgets all, for what else decides (schemas, defaults) may have changed. */
  clear(): void;
}

const MOST = 50_000;

export function comparisonMemo(): ComparisonMemo {
  const answers = new Map<string, boolean>();
  return {
    remember: async (target, live, rules, compare) => {
      const key = keyOf(target, live, rules);
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = await compare();
      const [oldest] = answers.keys();
      if (answers.size >= MOST && oldest !== undefined) answers.delete(oldest);
      answers.set(key, answer);
      return answer;
    },
    clear: () => answers.clear(),
  };
}

/** Status and counters do not count; which fields are ours does, for those we no longer name would go. */
function keyOf(target: AnyObject, live: AnyObject, rules: string[]): string {
  const ours = (live.metadata.managedFields ?? []).filter(entry => entry.manager === FIELD_MANAGER);
  const fields = ours.map(({ operation, fieldsV1 }) => [operation, fieldsV1]);
  const text = JSON.stringify([target, live.metadata.uid, content(live, []), fields, rules]);
  return createHash('sha1').update(text).digest('base64');
}
