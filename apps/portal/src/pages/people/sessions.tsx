import { Button, Text } from '@mantine/core';
import { messageOf } from '@slipway/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { endOtherSessions, endSession, readSessions, type Session } from './account.ts';
import { useAccount } from './use-account.ts';

/** Where I am signed in, in browsers and on devices; each can be ended, and so can all but this one. */
export function Sessions() {
  const { data, error } = useAccount('sessions', readSessions);
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: ['account', 'sessions'] });
  const ending = useMutation({ mutationFn: endSession, onSettled });
  const endingOthers = useMutation({ mutationFn: endOtherSessions, onSettled });
  const failure = ending.error ?? endingOthers.error;
  const others = data?.filter(({ current }) => !current) ?? [];
  return (
    <Section title="Where I am signed in">
      {error ? <Problem title="Your sessions could not be read">{messageOf(error)}</Problem> : null}
      {data || error ? null : <Waiting what="reading your sessions" />}
      {data ? (
        <Rows label="Sessions" columns={['With', 'For', 'From', 'Since', 'Last used', 'Action']}>
          {data.map(session => (
            <Row
              key={session.id}
              cells={cellsOf(session, {
                isEnding: ending.isPending && ending.variables === session.id,
                end: () => ending.mutate(session.id),
              })}
            />
          ))}
        </Rows>
      ) : null}
      {failure ? <Problem title="The session was not ended">{messageOf(failure)}</Problem> : null}
      {others.length > 0 ? (
        <Button
          mt="md"
          variant="default"
          loading={endingOthers.isPending}
          onClick={() => endingOthers.mutate()}
        >
          End all others
        </Button>
      ) : null}
      <Text mt="sm" c="dimmed" size="sm">
        A session that is ended is out within seconds, everywhere. Tokens above are not sessions: revoke them
        there.
      </Text>
      <SameCommand command="slipway logout" />
    </Section>
  );
}

function cellsOf(session: Session, { isEnding, end }: { isEnding: boolean; end: () => void }) {
  const { browser, os, clients, ipAddress, started, lastAccess, current } = session;
  const isDevice = clients.some(({ offlineAccess }) => offlineAccess);
  const name = programName(session);
  return [
    <span key="with">
      {isDevice ? 'A terminal' : browser.replace('/', ' ')}
      {os === 'Other' ? '' : ` on ${os}`}
    </span>,
    clients.map(({ clientName }) => clientName).join(', '),
    ipAddress,
    <Moment key="since" time={new Date(started * 1000).toISOString()} />,
    <Moment key="last" time={new Date(lastAccess * 1000).toISOString()} />,
    current ? (
      'this one'
    ) : (
      <Button
        key="end"
        size="compact-xs"
        variant="default"
        loading={isEnding}
        aria-label={`End the session of ${name}`}
        onClick={end}
      >
        End
      </Button>
    ),
  ];
}

function programName({ browser, clients }: Session): string {
  const device = clients.find(({ offlineAccess }) => offlineAccess);
  return device ? device.clientName : browser.replace('/', ' ');
}
