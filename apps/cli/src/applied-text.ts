import type { AppliedDefinition } from './apply-definition.ts';
import { differencesText } from './differences-text.ts';
import { EXIT, type Format, print } from './output.ts';

/** Prints what applying a definition came to; ends with 3 when a component does not answer. */
export function reportApplied(output: Format, applied: AppliedDefinition): number {
  const { revision, live, atNextStart, failed } = applied;
  const changed = live.map(({ kind, name, result, fields }) => ({ kind, name, result, fields }));
  const value = { revision: revision.revision, healthy: failed.length === 0, changed, atNextStart, failed };
  print(output, value, () =>
    [
      live.length === 0 ? 'nothing to change while it runs' : differencesText(live),
      ...(atNextStart.length === 0
        ? []
        : ['at the next start (slipway down, slipway up):', ...atNextStart.map(each => `  ${each}`)]),
      ...failed.map(each => `does not answer: ${each}`),
      `revision ${revision.revision}${failed.length === 0 ? ': every component answers' : ''}`,
    ].join('\n'),
  );
  return failed.length === 0 ? EXIT.done : EXIT.unhealthy;
}
