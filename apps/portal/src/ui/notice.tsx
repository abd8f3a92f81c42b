import { Alert, Code, Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyAction } from './copy-action.tsx';

/** What went wrong, and what to do next. */
export function Problem({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alert color="red" variant="light" title={title} role="alert" my="md">
      {children}
    </Alert>
  );
}

export function Waiting({ what }: { what: string }) {
  return (
    <Text role="status" my="md">
      <Loader size="xs" mr="xs" /> {what}
    </Text>
  );
}

/** The command that does the same in a terminal. */
export function SameCommand({ command }: { command: string }) {
  return <Copyable label="The same in a terminal" text={command} />;
}

/** Something to take along into a terminal. */
export function Copyable({ label, text }: { label: string; text: string }) {
  return (
    <div className="copyable">
      <Text c="dimmed">{label}</Text>
      <Code>{text}</Code>
      <CopyAction label={label} text={text} />
    </div>
  );
}
