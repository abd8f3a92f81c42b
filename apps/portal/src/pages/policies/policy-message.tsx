import { Code, Text } from '@mantine/core';

/** What lacks in words, and below them the lines that add it. */
export function PolicyMessage({ message }: { message: string }) {
  const [first = '', ...rest] = message.split('\n');
  return (
    <>
      <Text size="sm">{first}</Text>
      {rest.length > 0 ? (
        <Code block mt="xs" tabIndex={0} role="region" aria-label="What to add">
          {rest.join('\n')}
        </Code>
      ) : null}
    </>
  );
}
