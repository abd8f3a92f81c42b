import { Button, Text } from '@mantine/core';
import { hasReason, messageOf } from '@slipway/api';
import { AuditRecord } from '@slipway/kinds';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { client } from '../../api/client.ts';
import { paths } from '../../paths.ts';
import { Moment } from '../../ui/moment.tsx';
import { Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { AuditFilter } from './audit-filter.tsx';
import { type AuditFields, auditCommand, fieldsOf, selectorOf } from './fields.ts';

/** Records read at once. */
const PAGE = 100;

/** Who did what, at every door, newest first. It is read, not watched: the API gives the audit as a list only. */
export function AuditPage() {
  const fields = fieldsOf(useSearch({ strict: false }) as Record<string, unknown>);
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetching } = useAudit(fields);
  const records = data?.pages.flatMap(page => page.items) ?? [];
  return (
    <>
      <PageTitle>Audit</PageTitle>
      {error ? <Refusal reason={error} /> : <AuditFilter key={selectorOf(fields)} fields={fields} />}
      {isPending ? <Waiting what="reading the audit" /> : null}
      {data && records.length === 0 ? <Nothing fields={fields} /> : null}
      {records.length > 0 ? <Records records={records} /> : null}
      {hasNextPage ? (
        <Button mt="md" variant="default" loading={isFetching} onClick={() => void fetchNextPage()}>
          Older records
        </Button>
      ) : null}
      <SameCommand command={auditCommand(fields)} />
    </>
  );
}

function Nothing({ fields }: { fields: AuditFields }) {
  const hint = fields.machines ? '' : ' What the platform’s own accounts did is left out.';
  return <Text my="md">Nothing was done that fits.{hint}</Text>;
}

function useAudit(fields: AuditFields) {
  const fieldSelector = selectorOf(fields);
  return useInfiniteQuery({
    queryKey: ['audit', fieldSelector],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      client.list(AuditRecord, {
        limit: PAGE,
        ...(fieldSelector ? { fieldSelector } : {}),
        ...(pageParam ? { continue: pageParam } : {}),
      }),
    getNextPageParam: page => page.metadata.continue || undefined,
  });
}

function Refusal({ reason }: { reason: unknown }) {
  if (hasReason(reason, 'Unauthorized')) location.assign(paths.signIn(location.pathname));
  if (hasReason(reason, 'Forbidden'))
    return (
      <Problem title="You may not read the audit">
        It takes the right to list auditrecords.audit.slipway.dev. Ask an administrator of the platform for
        it.
      </Problem>
    );
  return <Problem title="The audit could not be read">{messageOf(reason)}</Problem>;
}

function Records({ records }: { records: AuditRecord[] }) {
  const columns = ['Time', 'Who', 'Door', 'Did', 'Resource', 'Object', 'Outcome', 'From'];
  return (
    <Rows label="Records" columns={columns}>
      {records.map(({ spec, status }) => (
        <Row
          key={status?.sequence}
          cells={[
            <Moment key="time" time={status?.time} />,
            spec.actor,
            spec.door,
            spec.verb,
            spec.resource,
            spec.object,
            spec.outcome,
            spec.source,
          ]}
        />
      ))}
    </Rows>
  );
}
