import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { DataGround } from './contract.ts';

const DEADLINE_MS = 300_000;

/**
 * The suite that every data technology passes: what is ordered answers, and nothing of it is left when the order goes.
 * `ground` answers why there is none where no containers run.
 */
export function dataConformance(name: string, ground: () => DataGround | { missing: string }): void {
  const row = (title: string, body: (ground: DataGround) => Promise<void>) =>
    test(`${name}: ${title}`, async (context: TestContext) => {
      const found = ground();
      if ('missing' in found) return context.skip(found.missing);
      await body(found);
    });

  row('what is ordered answers', async found => {
    await found.order('conformance-answers');
    await eventually('an answer', async () => (await found.answer('conformance-answers')) !== undefined);
    await found.withdraw('conformance-answers');
  });

  row('ordering twice is ordering once', async found => {
    await found.order('conformance-once');
    await eventually('an answer', async () => (await found.answer('conformance-once')) !== undefined);
    const pods = await found.pods('conformance-once');
    await found.order('conformance-once');
    assert.equal(await found.pods('conformance-once'), pods);
    await found.withdraw('conformance-once');
  });

  row('nothing runs on when the order goes', async found => {
    await found.order('conformance-goes');
    await eventually('an answer', async () => (await found.answer('conformance-goes')) !== undefined);
    await found.withdraw('conformance-goes');
    await eventually('no pods', async () => (await found.pods('conformance-goes')) === 0);
  });
}

async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `never: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}
