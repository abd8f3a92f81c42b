import { Text } from '@mantine/core';
import { Event } from '@slipway/kinds';
import { useLive } from '../../api/live.ts';
import { Moment } from '../../ui/moment.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';

/** So many are shown; the command has them all. */
const MOST = 20;

/** What the platform had to say about an Application, newest first. */
export function Events({ namespace, name }: { namespace: string; name: string }) {
  const all = useLive(Event, { namespace }).items ?? [];
  const own = all.filter(
    ({ involvedObject }) => involvedObject.kind === 'Application' && involvedObject.name === name,
  );
  if (own.length === 0) return null;
  return (
    <Section title="Events">
      <EventRows events={own} none="" />
    </Section>
  );
}

/** Events, newest first; `none` is said where there are none. */
export function EventRows({ events, none }: { events: Event[]; none: string }) {
  const timeOf = (event: Event) => event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? '';
  const newest = events.toSorted((a, b) => timeOf(b).localeCompare(timeOf(a))).slice(0, MOST);
  if (newest.length === 0) return <Text my="xs">{none}</Text>;
  return (
    <Rows label="Events" columns={['When', 'Reason', 'What happened']}>
      {newest.map(event => (
        <Row
          key={`${event.metadata.namespace}/${event.metadata.name}`}
          cells={[<Moment key="time" time={timeOf(event)} />, event.reason, event.message]}
        />
      ))}
    </Rows>
  );
}
