import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ObservabilityGround } from './contract.ts';

const DEADLINE_MS = 120_000;

/**
 * The suite that every technology of observability passes: what others wished to be seen is seen. What it does not
 * keep is skipped by name; `ground` answers why there is none where no containers run.
 */
export function observabilityConformance(
  name: string,
  ground: () => ObservabilityGround | { missing: string },
): void {
  const row = (title: string, part: 'measure' | 'lines' | 'dashboards', isSeen: IsSeen) =>
    test(`${name}: ${title}`, async (context: TestContext) => {
      const found = ground();
      if ('missing' in found) return context.skip(found.missing);
      if (!found[part]) return context.skip(`${name} keeps nothing of the kind`);
      await found.run(`conformance-${part}`);
      const deadline = performance.now() + DEADLINE_MS;
      while (!(await isSeen(found, `conformance-${part}`))) {
        assert.ok(performance.now() < deadline, `never seen: ${part}`);
        await new Promise(resolve => setTimeout(resolve, 500));
      }
    });

  row('a measure that was wished for is found', 'measure', async (found, pod) => {
    return (await found.measure?.(pod)) === 1;
  });
  row('a line that a pod wrote is found', 'lines', async (found, pod) => {
    return (await found.lines?.(pod))?.some(line => line.includes(pod)) ?? false;
  });
  row('a dashboard that was wished for is found by who signed in', 'dashboards', async (found, pod) => {
    return (await found.dashboards?.())?.includes(pod) ?? false;
  });
}

type IsSeen = (ground: ObservabilityGround, pod: string) => Promise<boolean>;
