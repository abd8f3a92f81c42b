import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandboxConformance } from '../../conformance/index.ts';
import { openTestbed } from '../../conformance/testbed.ts';

sandboxConformance('process driver', { driver: 'process' });

test('process driver refuses an image that is not made for this machine', async () => {
  const bed = await openTestbed({ driver: 'process' });
  try {
    const pod = await bed.pod();
    const container = bed.container(['sh'], { hostBased: false });
    await assert.rejects(pod.start(container), { code: 'ImageNotForHost' });
  } finally {
    await bed.close();
  }
});
