import { Button, Code, Text } from '@mantine/core';
import type { Stored } from '@slipway/api';
import { Promotion, type PromotionDifference, Workload } from '@slipway/kinds';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { paths } from '../../paths.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import { Decisions } from './decision.tsx';
import { Diff } from './diff.tsx';
import { useWriting } from './use-writing.ts';
import { canUndo, shortImage } from './ways.ts';
import { startPromotion } from './write.ts';

/** One promotion: what it changes, what it waits for, who decided, what became of it, and the way back. */
export function PromotionPage() {
  const { namespace, name } = useParams({ strict: false }) as { namespace: string; name: string };
  const { items, error } = useLive(Promotion, { namespace, name });
  const promotion = items?.[0];
  if (error) return <Problem title="The promotion could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the promotion" />;
  if (!promotion)
    return <Problem title={`There is no promotion ${name}`}>It may have gone with its service.</Problem>;
  const { spec, status } = promotion;
  const phase = status?.phase ?? 'Pending';
  const title = spec.rollbackOf
    ? `Roll back ${spec.workload} in ${spec.to}`
    : `Promote ${spec.workload} to ${spec.to}`;
  return (
    <>
      <PageTitle beside={<Health word={phase} />}>{title}</PageTitle>
      <About promotion={promotion} />
      {['Failed', 'Refused', 'Rejected'].includes(phase) ? (
        <Problem title={`${phase}`}>{status?.message}</Problem>
      ) : (
        <Text my="sm" role="status">
          {status?.message ?? 'waiting for delivery to look at it'}
        </Text>
      )}
      <Undo promotion={promotion} />
      <Decisions promotion={promotion} />
      <Checks promotion={promotion} />
      {status?.difference ? <Difference difference={status.difference} /> : null}
      <SameCommand command={`slipway promotion show ${name}`} />
      <ShowYaml object={promotion} />
    </>
  );
}

function About({ promotion: { metadata, spec, status } }: { promotion: Stored<Promotion> }) {
  return (
    <div className="facts">
      <Link to={paths.service(metadata.namespace ?? '', spec.workload)}>{spec.workload}</Link>
      <Text>
        by {status?.promotedBy ?? '…'} <Moment time={metadata.creationTimestamp} />
      </Text>
      {spec.reason ? <Text>{spec.reason}</Text> : null}
      {status?.commit ? <Code>{status.commit.slice(0, 10)}</Code> : null}
    </div>
  );
}

/** One click brings back what ran before, by the same rules. */
function Undo({ promotion }: { promotion: Stored<Promotion> }) {
  const { namespace = '' } = promotion.metadata;
  const { workload, to } = promotion.spec;
  const { items } = useLive(Workload, { namespace, name: workload });
  const navigate = useNavigate();
  const { busy, failure, write } = useWriting((made: Stored<Promotion>) =>
    navigate({ to: paths.promotion(namespace, made.metadata.name) }),
  );
  const { image, difference } = promotion.status ?? {};
  if (!image || !canUndo(promotion, items?.[0])) return null;
  const before = difference?.before.image ?? '';
  const reason = `undo ${promotion.metadata.name}`.slice(0, 1024);
  const spec = { workload, to, rollbackOf: image, image: before, reason };
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={busy}
        onClick={() => write(() => startPromotion(namespace, spec))}
      >
        Undo: bring back {shortImage(before)}
      </Button>
      {failure ? <Problem title="It was not undone">{failure}</Problem> : null}
      <SameCommand command={`slipway service rollback ${workload} --environment ${to}`} />
    </>
  );
}

function Checks({ promotion: { status } }: { promotion: Stored<Promotion> }) {
  const checks = status?.checks ?? [];
  if (checks.length === 0) return null;
  return (
    <Section title="Checks">
      <ul className="steps">
        {checks.map(({ name, passed, message }) => (
          <li key={name}>
            <div className="facts">
              <Health word={passed ? 'Succeeded' : 'Waiting'} />
              <Text>{name}</Text>
              <Text size="sm" className="evidence">
                {message}
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Difference({ difference }: { difference: PromotionDifference }) {
  const { before, after, commits, backwards, more, files, objects } = difference;
  return (
    <Section title="Difference">
      <Rows label="Image and revision" columns={['State', 'Image', 'Revision']}>
        <Row
          cells={[
            'before',
            <Code key="i">{shortImage(before.image)}</Code>,
            <Code key="r">{before.revision?.slice(0, 10) ?? 'nothing'}</Code>,
          ]}
        />
        <Row
          cells={[
            'after',
            <Code key="i">{shortImage(after.image)}</Code>,
            <Code key="r">{after.revision.slice(0, 10)}</Code>,
          ]}
        />
      </Rows>
      {commits.length > 0 ? (
        <>
          <Text mt="md" fw={600}>
            {backwards ? 'Commits that it leaves behind' : 'Commits that it brings'}
            {more ? ' (the newest of them)' : ''}
          </Text>
          <ul className="steps">
            {commits.map(({ id, title, author, at }) => (
              <li key={id} className="facts">
                <Code>{id.slice(0, 10)}</Code>
                <Text>{title}</Text>
                <Text size="sm" c="dimmed">
                  {author} <Moment time={at} />
                </Text>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {files.length > 0 ? (
        <Text mt="md" fw={600}>
          Files that configure it
        </Text>
      ) : null}
      {files.map(text => (
        <Diff key={text.name} text={text} />
      ))}
      {objects.length > 0 ? (
        <Text mt="md" fw={600}>
          Objects that change
        </Text>
      ) : null}
      {objects.map(text => (
        <Diff key={text.name} text={text} />
      ))}
    </Section>
  );
}
