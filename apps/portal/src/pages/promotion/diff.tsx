import { Code } from '@mantine/core';
import type { DifferentText } from '@slipway/kinds';
import './promotion.css';

const SIGNS: Record<string, string> = { '+': 'added', '-': 'removed', '@': 'place' };

/** One text's unified difference, line by line; it scrolls by keyboard too. */
export function Diff({ text: { name, change, diff } }: { text: DifferentText }) {
  const lines = diff.trimEnd().split('\n');
  return (
    <details className="different" open>
      <summary>
        <code>{name}</code> {change}
      </summary>
      <Code block className="diff" tabIndex={0} role="region" aria-label={`Difference of ${name}`}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat, and a text never changes in place
          <span key={index} data-sign={SIGNS[line.charAt(0)] ?? 'same'}>
            {`${line}\n`}
          </span>
        ))}
      </Code>
    </details>
  );
}
