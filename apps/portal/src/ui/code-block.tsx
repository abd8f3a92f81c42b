import { Button, Code, CopyButton } from '@mantine/core';
import './code-block.css';

/** Text in monospace that scrolls by keyboard too and can be copied as a whole. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <div className="code-block">
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={copy}
            aria-label={copied ? `Copied: ${label}` : `Copy: ${label}`}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
      <Code block tabIndex={0} role="region" aria-label={label}>
        {text}
      </Code>
    </div>
  );
}
