import { Button, Text, Textarea } from '@mantine/core';
import type { Stored } from '@slipway/api';
import { Approval, type Promotion } from '@slipway/kinds';
import { useState } from 'react';
import { useLive } from '../../api/live.ts';
import { usePerson } from '../../api/person.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useWriting } from './use-writing.ts';
import { giveDecision } from './write.ts';

interface Props {
  promotion: Stored<Promotion>;
}

/** Who decided what, and, as long as it is open, the way to decide. */
export function Decisions({ promotion }: Props) {
  const { items } = useLive(Approval, { namespace: promotion.metadata.namespace ?? '' });
  const given = (items ?? []).filter(({ spec }) => spec.object.uid === promotion.metadata.uid);
  const wanted = promotion.status?.approvals?.wanted ?? [];
  if (given.length === 0 && wanted.length === 0) return null;
  return (
    <Section title="Approvals">
      {wanted.map(({ group, count, given: there }) => (
        <Text key={group}>
          {there} of {count} by group {group}
        </Text>
      ))}
      <ul className="steps">
        {given.map(approval => (
          <Decision key={approval.metadata.uid} approval={approval} />
        ))}
      </ul>
      {promotion.status?.phase === 'Waiting' ? <Decide promotion={promotion} /> : null}
    </Section>
  );
}

function Decision({ approval: { metadata, spec, status } }: { approval: Stored<Approval> }) {
  return (
    <li>
      <div className="facts">
        <Health word={status?.phase === 'Refused' ? 'Refused' : status?.phase ? spec.decision : 'Pending'} />
        <Text>
          {spec.decision === 'Approve' ? 'Approved' : 'Rejected'} by {status?.by ?? '…'}
        </Text>
        <Moment time={metadata.creationTimestamp} />
      </div>
      {spec.reason ? <Text size="sm">{spec.reason}</Text> : null}
      {status?.phase === 'Refused' ? <Text size="sm">It does not count: {status.message}</Text> : null}
    </li>
  );
}

/** Approve or reject, with a reason. Whether it counts stands in the list above as soon as it is judged. */
function Decide({ promotion }: Props) {
  const { name: me } = usePerson();
  const [reason, setReason] = useState('');
  const { busy, failure, write } = useWriting(() => setReason(''));
  const give = (decision: 'Approve' | 'Reject') => write(() => giveDecision(promotion, decision, reason));
  const isMine = promotion.status?.promotedBy === me;
  const { name } = promotion.metadata;
  return (
    <div className="decide">
      <Textarea
        label="Reason"
        description="Everybody who sees the promotion reads it."
        value={reason}
        maxLength={1024}
        autosize
        onChange={event => setReason(event.currentTarget.value)}
      />
      <div className="facts">
        <Button loading={busy} onClick={() => give('Approve')}>
          Approve
        </Button>
        <Button variant="default" loading={busy} onClick={() => give('Reject')}>
          {isMine ? 'Take it back' : 'Reject'}
        </Button>
      </div>
      {failure ? <Problem title="The decision was not given">{failure}</Problem> : null}
      <SameCommand command={`slipway promotion approve ${name}`} />
    </div>
  );
}
