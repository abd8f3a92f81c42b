import { Button, Text } from '@mantine/core';
import type { Workload } from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { paths } from '../../paths.ts';
import { SameCommand, Waiting } from '../../ui/notice.tsx';
import { auditCommand } from '../audit/fields.ts';
import { Records, Refusal, useAudit } from '../audit/records.tsx';
import { isAbout } from './about-service.ts';

/** What people did with the service of a component: its objects, repository, images and environments. */
export default function ServiceAudit({ workload: { metadata } }: { workload: Workload }) {
  const { name = '' } = metadata;
  const fields = { object: name };
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetching } = useAudit(fields);
  const records = (data?.pages.flatMap(page => page.items) ?? []).filter(each => isAbout(each, name));
  if (error) return <Refusal reason={error} />;
  if (isPending) return <Waiting what="reading the audit" />;
  return (
    <>
      {records.length > 0 ? <Records records={records} /> : <Text>Nobody did anything with it yet.</Text>}
      {hasNextPage ? (
        <Button mt="md" variant="default" loading={isFetching} onClick={() => void fetchNextPage()}>
          Older records
        </Button>
      ) : null}
      <Text my="md">
        What the platform’s own accounts did is left out; the{' '}
        <Link to={paths.audit()} search={{ object: name, machines: 'true' } as never}>
          whole audit
        </Link>{' '}
        has it.
      </Text>
      <SameCommand command={auditCommand(fields)} />
    </>
  );
}
