// What every compute technology keeps, asked only through the Kubernetes API, so that any engine can be asked.
import { describe, test } from 'node:test';
import { configRows } from './conformance/config.ts';
import { imageRows } from './conformance/images.ts';
import { isolationRows } from './conformance/isolation.ts';
import { lifeRows } from './conformance/life.ts';
import { limitsRows } from './conformance/limits.ts';
import { networkRows } from './conformance/network.ts';
import { probeRows } from './conformance/probes.ts';
import type { Subject } from './conformance/subject.ts';

export { isOver, isReady, podOf, type Subject, until } from './conformance/subject.ts';

const ROWS = [
  ...lifeRows,
  ...probeRows,
  ...imageRows,
  ...configRows,
  ...isolationRows,
  ...networkRows,
  ...limitsRows,
];

/** Asks `subject` for everything in the contract; a string says why there is none here. */
export function computeConformance(title: string, subject: () => Subject | string): void {
  describe(title, () => {
    for (const { name, because, needs, check } of ROWS) {
      test(name, async context => {
        const asked = subject();
        if (typeof asked === 'string') return context.skip(asked);
        const reason = needs && asked.lacks[needs];
        if (reason) return context.skip(reason);
        await check(asked, context).catch(error => {
          context.diagnostic(`it must, because ${because}`);
          throw error;
        });
      });
    }
  });
}
