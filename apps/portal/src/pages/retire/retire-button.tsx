import { Button } from '@mantine/core';
import type { Workload } from '@slipway/kinds';
import { useNavigate } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { Problem } from '../../ui/notice.tsx';
import { useWriting } from '../promotion/use-writing.ts';
import { listForRetirement } from './write.ts';

/** Leads to the list of everything a service made; nothing is removed before that is confirmed. */
export function RetireButton({ workload }: { workload: Workload }) {
  const navigate = useNavigate();
  const { name = '', namespace = '' } = workload.metadata;
  const { busy, failure, write } = useWriting((made: { metadata: { name: string } }) =>
    navigate({ to: paths.retirement(namespace, made.metadata.name) }),
  );
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={busy}
        onClick={() => write(() => listForRetirement(namespace, name))}
      >
        Retire …
      </Button>
      {failure ? <Problem title="The list was not made">{failure}</Problem> : null}
    </>
  );
}
