import { Button, Code, Text } from '@mantine/core';
import {
  type DeliveredApplication,
  type HistoryEntry,
  isAutomated,
  syncCommand,
  syncTo,
} from '../../api/application.ts';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { useSync } from './sync-button.tsx';

/** What was delivered before, newest first; one can go back to it where the application does not follow its source. */
export function History({ application }: { application: DeliveredApplication }) {
  const { busy, failure, sync } = useSync(application);
  const [current, ...earlier] = [...(application.status?.history ?? [])].reverse();
  if (!current) return null;
  const automated = isAutomated(application);
  const [last] = earlier;
  return (
    <Section title="History">
      {failure ? <Problem title="The rollback was not started">{failure}</Problem> : null}
      <Rows label="History" columns={['Revision', 'Delivered', 'By', 'Go back']}>
        {[current, ...earlier].map(entry => (
          <Row
            key={entry.id}
            cells={[
              <Code key="revision">{revisionText(entry)}</Code>,
              <Moment key="time" time={entry.deployedAt} />,
              entry.initiatedBy?.username ?? (entry.initiatedBy?.automated ? 'by itself' : ''),
              entry === current || automated ? (
                currentWord(entry === current)
              ) : (
                <Button
                  key="back"
                  size="compact-xs"
                  variant="default"
                  loading={busy}
                  onClick={() => sync(syncTo(entry))}
                >
                  Roll back to {revisionText(entry)}
                </Button>
              ),
            ]}
          />
        ))}
      </Rows>
      {automated && earlier.length > 0 ? (
        <Text mt="xs">
          It follows its source by itself, so an older revision would not stay: promote an earlier image in
          its environment instead, which changes the source.
        </Text>
      ) : null}
      {!automated && last ? <SameCommand command={syncCommand(application, syncTo(last))} /> : null}
    </Section>
  );
}

function currentWord(isCurrent: boolean): string {
  return isCurrent ? 'runs now' : '';
}

/** Commits in short, versions of charts in full. */
function revisionText({ revision, revisions }: HistoryEntry): string {
  return (revisions ?? [revision ?? ''])
    .map(each => each.replace(/^([0-9a-f]{7})[0-9a-f]{33,}$/, '$1'))
    .join(', ');
}
