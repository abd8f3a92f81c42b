import type { Clock } from '@slipway/api';
import { messageOf, SlipwayError } from '@slipway/api';
import type { Workers } from '@slipway/definition';
import type { JqInput } from './jq-worker.ts';

/** Deletes by jq path expressions, in a worker. */
export interface Jq {
  /**
   * Each document without what the expressions name, in order. An expression that does not fit a document leaves it as
   * it is, as upstream has it.
   * @throws SlipwayError JqFailed for an expression that is none, or that takes too long
   */
  without(expressions: string[], documents: unknown[]): Promise<unknown[]>;
}

/** Upstream gives each expression a second (`ARGOCD_IGNORE_NORMALIZER_JQ_TIMEOUT`); its first use loads jq. */
const TIMEOUT_MS = 3_000;
/** A refused expression is not tried again for a while: each try costs a thread. */
const REFUSED_MS = 60_000;
const MOST_REFUSED = 1_000;

export function jqIn(pool: () => Workers, clock: Clock): Jq {
  const refused = new Map<string, { message: string; until: number }>();
  const module = new URL('./jq-worker.ts', import.meta.url);
  return {
    without: async (expressions, documents) => {
      const key = JSON.stringify(expressions);
      const known = refused.get(key);
      if (known && known.until > clock.now()) throw new SlipwayError('JqFailed', known.message);
      const input: JqInput = { expressions, documents };
      try {
        return await pool().run<unknown[]>({ module, task: 'deleteByJq', input, timeoutMs: TIMEOUT_MS });
      } catch (error) {
        const message = refusal(expressions, error);
        if (refused.size > MOST_REFUSED) refused.clear();
        refused.set(key, { message, until: clock.now() + REFUSED_MS });
        throw new SlipwayError('JqFailed', message);
      }
    },
  };
}

function refusal(expressions: string[], error: unknown): string {
  const named = expressions.map(each => JSON.stringify(each)).join(', ');
  const isLate = error instanceof SlipwayError && error.code === 'WorkTimeout';
  const why = isLate ? `JQ patch execution timed out (${TIMEOUT_MS / 1_000}s)` : messageOf(error);
  return `jqPathExpressions ${named}: ${why}`;
}
