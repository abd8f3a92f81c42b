import { Button } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { useState } from 'react';
import { type DeliveredApplication, requestSync, type Sync, syncCommand } from '../../api/application.ts';
import { usePerson } from '../../api/person.ts';
import { Problem, SameCommand } from '../../ui/notice.tsx';

interface Props {
  application: DeliveredApplication;
}

/** Brings what runs to what the source says, now. */
export function SyncButton({ application }: Props) {
  const { busy, failure, sync } = useSync(application);
  return (
    <>
      <Button mt="md" size="xs" variant="default" loading={busy} onClick={() => sync({})}>
        Sync now
      </Button>
      {failure ? <Problem title="The sync was not started">{failure}</Problem> : null}
      <SameCommand command={syncCommand(application, {})} />
    </>
  );
}

/** Asks for syncs of one application, one at a time. */
export function useSync(application: DeliveredApplication) {
  const { name } = usePerson();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const sync = (wanted: Sync) => {
    setBusy(true);
    setFailure(undefined);
    requestSync(application, wanted, name)
      .catch(reason => setFailure(messageOf(reason)))
      .finally(() => setBusy(false));
  };
  const running = application.status?.operationState?.phase === 'Running';
  return { busy: busy || running, failure, sync };
}
