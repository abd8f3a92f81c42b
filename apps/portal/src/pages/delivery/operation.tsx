import { Text } from '@mantine/core';
import type { DeliveredApplication, SyncedResource } from '../../api/application.ts';
import { Waiting } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';

/** What became of the last sync, object by object where it did not go well. */
export function Operation({ application }: { application: DeliveredApplication }) {
  const state = application.status?.operationState;
  if (!state || state.phase === 'Succeeded') return null;
  if (state.phase === 'Running') return <Waiting what={state.message ?? 'syncing'} />;
  const failed = (state.syncResult?.resources ?? []).filter(hasFailed);
  return (
    <>
      <Text my="md">{`Last sync: ${state.phase}. ${state.message ?? ''}`}</Text>
      {failed.length > 0 ? (
        <Rows label="What failed" columns={['Object', 'Phase', 'Why']}>
          {failed.map(({ kind, namespace, name, syncPhase, message }) => (
            <Row
              key={`${kind}/${namespace}/${name}/${syncPhase}`}
              cells={[`${kind} ${name}`, syncPhase, message]}
            />
          ))}
        </Rows>
      ) : null}
    </>
  );
}

function hasFailed({ status, hookPhase }: SyncedResource): boolean {
  return status === 'SyncFailed' || hookPhase === 'Failed' || hookPhase === 'Error';
}
