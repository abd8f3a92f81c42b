import { Button, CopyButton } from '@mantine/core';

/** Copies a text and says so, in its own words for who listens. */
export function CopyAction({ label, text }: { label: string; text: string }) {
  return (
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
  );
}
