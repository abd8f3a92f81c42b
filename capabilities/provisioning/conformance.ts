import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ProvisioningGround } from './contract.ts';

const DEADLINE_MS = 300_000;

/**
 * The suite that every technology of infrastructure as code passes: what is ordered is made, kept as it was ordered,
 * and goes with its order. `ground` answers why there is none where there is no cloud to order of.
 */
export function provisioningConformance(
  name: string,
  ground: () => ProvisioningGround | { missing: string },
): void {
  const row = (title: string, body: (ground: ProvisioningGround) => Promise<void>) =>
    test(`${name}: ${title}`, async (context: TestContext) => {
      const found = ground();
      if ('missing' in found) return context.skip(found.missing);
      await body(found);
    });

  row('what is ordered is there, and follows when the order changes', async found => {
    await found.order('conformance-follows', { size: 1 });
    await reached(found, 'conformance-follows', 1);
    await found.order('conformance-follows', { size: 2 });
    await reached(found, 'conformance-follows', 2);
    await found.withdraw('conformance-follows');
  });

  row('what is changed elsewhere becomes again what was ordered', async found => {
    await found.order('conformance-heals', { size: 1 });
    await reached(found, 'conformance-heals', 1);
    await found.disturb('conformance-heals', 3);
    await reached(found, 'conformance-heals', 1);
    await found.withdraw('conformance-heals');
  });

  row('what is no longer ordered goes', async found => {
    await found.order('conformance-goes', { size: 1 });
    await reached(found, 'conformance-goes', 1);
    await found.withdraw('conformance-goes');
    await reached(found, 'conformance-goes', undefined);
  });
}

async function reached(ground: ProvisioningGround, name: string, size: number | undefined): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const seen = await ground.existing(name);
    if (seen === size) return;
    assert.ok(
      performance.now() < deadline,
      `${name}: it is ${seen ?? 'not there'}, wanted ${size ?? 'nothing'}`,
    );
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}
