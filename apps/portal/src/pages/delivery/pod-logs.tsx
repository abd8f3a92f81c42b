import { NativeSelect } from '@mantine/core';
import { Pod } from '@slipway/kinds';
import { useState } from 'react';
import { useLive } from '../../api/live.ts';
import { SameCommand } from '../../ui/notice.tsx';
import { PodLog } from '../pipeline/pod-log.tsx';

/** The log of a pod's container, as it is written. */
export function PodLogs({ namespace, name }: { namespace: string; name: string }) {
  const pod = useLive(Pod, { namespace, name }).items?.[0];
  const containers = pod?.spec?.containers.map(container => container.name) ?? [];
  const [chosen, setChosen] = useState<string>();
  const container = chosen ?? containers[0];
  if (!container) return null;
  return (
    <>
      {containers.length > 1 ? (
        <NativeSelect
          size="xs"
          label="Container"
          data={containers}
          value={container}
          onChange={event => setChosen(event.currentTarget.value)}
        />
      ) : null}
      <PodLog key={container} namespace={namespace} pod={name} container={container} />
      <SameCommand command={`kubectl logs -f ${name} -c ${container} -n ${namespace}`} />
    </>
  );
}
