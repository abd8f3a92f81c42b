import { Badge } from '@mantine/core';

/** The one vocabulary of health: each word has a colour and a shape of its own. */
const LOOK: Record<string, { color: string; shape: string }> = {
  Healthy: { color: 'green', shape: '●' },
  Succeeded: { color: 'green', shape: '●' },
  Progressing: { color: 'blue', shape: '◐' },
  Running: { color: 'blue', shape: '◐' },
  Pending: { color: 'gray', shape: '○' },
  Skipped: { color: 'gray', shape: '–' },
  Degraded: { color: 'red', shape: '▲' },
  Failed: { color: 'red', shape: '▲' },
  Error: { color: 'red', shape: '▲' },
  Suspended: { color: 'yellow', shape: '‖' },
  Missing: { color: 'gray', shape: '○' },
};

export function Health({ word }: { word: string }) {
  const { color, shape } = LOOK[word] ?? { color: 'gray', shape: '?' };
  return (
    <Badge
      color={color}
      variant="light"
      radius="sm"
      tt="none"
      autoContrast
      leftSection={<span aria-hidden>{shape}</span>}
    >
      {word}
    </Badge>
  );
}
