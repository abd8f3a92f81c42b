import { Button, Group, Text } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { TemplateRun } from '@slipway/kinds';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { usePerson } from '../../api/person.ts';
import { keepDraft } from '../../forms/draft.ts';
import { paths } from '../../paths.ts';
import { Copyable, Problem } from '../../ui/notice.tsx';
import { draftOf } from '../create/start-run.ts';

const CANCEL = 'slipway.dev/cancel';
const RETRY = 'slipway.dev/retry';
const UNDO = 'slipway.dev/undo';
/** Beyond every form’s last page: its review. */
const REVIEW = 1000;

/** What can be done with a run as it is now. */
export function RunActions({ run }: { run: TemplateRun }) {
  const [failure, setFailure] = useState<string>();
  const [asking, setAsking] = useState(false);
  const { name: person = '' } = usePerson();
  const navigate = useNavigate();
  const { phase } = run.status ?? {};
  const over = phase !== undefined && phase !== 'Pending' && phase !== 'Running';
  const made = run.status?.inventory ?? [];
  const mark = async (annotations: Record<string, string | null>) => {
    setFailure(undefined);
    setAsking(false);
    await annotate(run, annotations).catch(error => setFailure(messageOf(error)));
  };
  const again = () => {
    keepDraft(draftOf(person, run.spec.template), { values: run.spec.values, page: REVIEW });
    void navigate({ to: paths.template(run.spec.template) });
  };
  return (
    <>
      <Group gap="xs" my="md">
        {over ? null : (
          <Button variant="default" size="compact-sm" onClick={() => void mark({ [CANCEL]: 'true' })}>
            Cancel
          </Button>
        )}
        {phase === 'Failed' || phase === 'Cancelled' ? (
          <Button
            size="compact-sm"
            onClick={() => void mark({ [RETRY]: crypto.randomUUID(), [CANCEL]: null })}
          >
            {made.length > 0 ? 'Retry from the failed step' : 'Retry'}
          </Button>
        ) : null}
        {over ? (
          <Button variant="default" size="compact-sm" onClick={again}>
            Run again with the same values
          </Button>
        ) : null}
        {over && made.length > 0 ? (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => setAsking(!asking)}
            aria-expanded={asking}
          >
            Undo …
          </Button>
        ) : null}
      </Group>
      {failure ? <Problem title="That was not done">{failure}</Problem> : null}
      {asking ? <Undo run={run} onConfirm={() => void mark({ [UNDO]: crypto.randomUUID() })} /> : null}
    </>
  );
}

/** What would go is listed before anything does. */
function Undo({ run, onConfirm }: { run: TemplateRun; onConfirm: () => void }) {
  const { name, namespace } = run.metadata;
  const made = [...(run.status?.inventory ?? [])].reverse();
  return (
    <section className="section" aria-label="Undo">
      <Text fw={600}>This removes, in this order:</Text>
      <ol className="lines">
        {made.map(each => (
          <li key={`${each.kind}${each.namespace}${each.name}`}>
            {each.kind} <code>{[each.namespace, each.name].filter(Boolean).join('/')}</code>
          </li>
        ))}
      </ol>
      <Button color="red.9" size="compact-sm" onClick={onConfirm}>
        Remove all of it
      </Button>
      <Copyable
        label="The same in a terminal"
        text={`kubectl annotate templaterun ${name} -n ${namespace} ${UNDO}=1`}
      />
    </section>
  );
}

function annotate({ metadata }: TemplateRun, annotations: Record<string, string | null>): Promise<unknown> {
  const key = { namespace: metadata.namespace ?? '', name: metadata.name ?? '' };
  return client.patch(TemplateRun, key, { type: 'merge', body: { metadata: { annotations } } });
}
