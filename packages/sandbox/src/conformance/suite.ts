import { after, before, describe, type TestContext, test } from 'node:test';
import type { SandboxOptions } from '../open-sandbox.ts';
import type { Guarantees } from '../sandbox.ts';
import { fileCases } from './files.ts';
import { lifeCases } from './life.ts';
import { limitCases } from './limits.ts';
import { networkCases } from './network.ts';
import { openTestbed, type Testbed } from './testbed.ts';

/** One promise of the seam. `needs`: what the driver must guarantee for it to be asked. */
export interface Case {
  name: string;
  needs?: keyof Guarantees;
  check(bed: Testbed, context: TestContext): Promise<void>;
}

/** What every driver keeps; what one cannot is skipped with the reason it gives itself. */
export function sandboxConformance(
  title: string,
  options: Pick<SandboxOptions, 'driver'> & Partial<SandboxOptions>,
): void {
  describe(title, () => {
    let bed: Testbed;
    before(async () => {
      bed = await openTestbed(options);
    });
    after(() => bed?.close());
    for (const { name, needs, check } of [...lifeCases, ...fileCases, ...networkCases, ...limitCases]) {
      test(name, async context => {
        const guarantee = needs && bed.sandbox.guarantees[needs];
        if (guarantee && !guarantee.holds) return context.skip(guarantee.reason);
        await check(bed, context);
      });
    }
  });
}
