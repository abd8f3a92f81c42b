import { Button, Checkbox } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { useState } from 'react';
import { type DeliveredApplication, type Sync, syncCommand } from '../../api/application.ts';
import { requestRefresh, requestStop, requestSync } from '../../api/application-requests.ts';
import { usePerson } from '../../api/person.ts';
import { Problem, SameCommand } from '../../ui/notice.tsx';

interface Props {
  application: DeliveredApplication;
}

const OPTIONS = {
  prune: 'Remove what the source does not have any more',
  dryRun: 'Only say what would happen',
  force: 'Make objects anew that cannot be changed',
} as const;
const USUAL = { prune: true, dryRun: false, force: false };

/** Brings what runs to what the source says, now; compares it again; ends a sync that runs. */
export function SyncButton({ application }: Props) {
  const { busy, failure, sync, act } = useSync(application);
  const [wanted, setWanted] = useState(USUAL);
  const isRunning = application.status?.operationState?.phase === 'Running';
  return (
    <>
      <div className="facts actions">
        <Button size="xs" loading={busy} onClick={() => sync(wanted)}>
          Sync now
        </Button>
        <Button size="xs" variant="default" onClick={() => act(() => requestRefresh(application))}>
          Compare again
        </Button>
        {isRunning ? (
          <Button size="xs" variant="default" onClick={() => act(() => requestStop(application))}>
            Stop the sync
          </Button>
        ) : null}
      </div>
      <details className="options">
        <summary>How to sync</summary>
        {Object.entries(OPTIONS).map(([option, label]) => (
          <Checkbox
            key={option}
            my="xs"
            size="xs"
            label={label}
            checked={wanted[option as keyof typeof wanted]}
            onChange={event => setWanted({ ...wanted, [option]: event.currentTarget.checked })}
          />
        ))}
      </details>
      {failure ? <Problem title="It was not started">{failure}</Problem> : null}
      <SameCommand command={syncCommand(application, wanted)} />
    </>
  );
}

/** Asks for syncs of one application, one at a time. */
export function useSync(application: DeliveredApplication) {
  const { name } = usePerson();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const act = (request: () => Promise<void>) => {
    setBusy(true);
    setFailure(undefined);
    request()
      .catch(reason => setFailure(messageOf(reason)))
      .finally(() => setBusy(false));
  };
  const sync = (wanted: Sync) => act(() => requestSync(application, wanted, name));
  const running = application.status?.operationState?.phase === 'Running';
  return { busy: busy || running, failure, sync, act };
}
