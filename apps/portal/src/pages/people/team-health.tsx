import { Text } from '@mantine/core';
import type { Team } from '@slipway/kinds';
import { Health } from '../../ui/health.tsx';

/** Whether the team's namespaces and rights are as they should be, and why not. */
export function TeamHealth({ team }: { team: Team }) {
  const ready = team.status?.conditions?.find(({ type }) => type === 'Ready');
  const word = { True: 'Healthy', False: 'Degraded', Unknown: 'Progressing' }[ready?.status ?? 'Unknown'];
  return (
    <>
      <Health word={word ?? 'Unknown'} />
      {ready?.status === 'False' ? <Text size="sm">{ready.message}</Text> : null}
    </>
  );
}
