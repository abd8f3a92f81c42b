import { Code } from '@mantine/core';
import { CopyAction } from './copy-action.tsx';
import './code-block.css';

/** Text in monospace that scrolls by keyboard too and can be copied as a whole. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <div className="code-block">
      <CopyAction label={label} text={text} />
      <Code block tabIndex={0} role="region" aria-label={label}>
        {text}
      </Code>
    </div>
  );
}
