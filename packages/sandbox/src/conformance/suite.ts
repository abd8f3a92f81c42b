import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { SandboxOptions } from '../open-sandbox.ts';
import type { Guarantees } from '../sandbox.ts';
import { fileCases } from './files.ts';
import { imageCases } from './images.ts';
import { lifeCases } from './life.ts';
import { limitCases } from './limits.ts';
import { networkCases } from './network.ts';
import { terminalCases } from './terminal.ts';
import { openTestbed, type Testbed } from './testbed.ts';

/** One promise of the seam. `needs`: what the driver must guarantee for it to be asked. */
export interface Case {
  name: string;
  /** What would go wrong for people if it were not so. */
  because: string;
  needs?: keyof Guarantees;
  check(bed: Testbed, context: TestContext): Promise<void>;
}

/** A driver's row of the table in ARCHITECTURE.md; `whereAllowed`: the machine decides, and the driver finds out. */
export type Promised = Record<keyof Guarantees, boolean | 'whereAllowed'>;

type Options = Pick<SandboxOptions, 'driver'> & Partial<SandboxOptions>;

const CASES = [...lifeCases, ...terminalCases, ...fileCases, ...imageCases, ...networkCases, ...limitCases];

/**
 * What every driver keeps. What one does not promise is skipped with the reason it gives itself; what it promises and
 * does not keep on this machine fails.
 * @example
 * sandboxConformance('process driver', () => ({ driver: 'process' }), { ownFiles: false, ownNetwork: false, limits: false, anyImage: false });
 */
export function sandboxConformance(title: string, options: () => Options, promised: Promised): void {
  describe(title, () => {
    let bed: Testbed;
    before(async () => {
      bed = await openTestbed(options());
    });
    after(() => bed?.close());
    test('the driver keeps what it promises, and says of the rest why not', () =>
      checkPromises(bed.sandbox.guarantees, promised));
    for (const { name, because, needs, check } of CASES) {
      test(name, async context => {
        const guarantee = needs && bed.sandbox.guarantees[needs];
        if (guarantee && !guarantee.holds) return context.skip(guarantee.reason);
        await check(bed, context).catch(error => {
          context.diagnostic(`it must, because ${because}`);
          throw error;
        });
      });
    }
  });
}

function checkPromises(guarantees: Guarantees, promised: Promised): void {
  for (const name of Object.keys(promised) as (keyof Guarantees)[]) {
    const guarantee = guarantees[name];
    if (promised[name] !== 'whereAllowed') assert.equal(guarantee.holds, promised[name], name);
    if (!guarantee.holds) assert.ok(guarantee.reason.length > 10, `${name}: a sentence that says why not`);
  }
}
