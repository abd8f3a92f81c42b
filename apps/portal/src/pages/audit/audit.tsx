import { Button, Text } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { AuditFilter } from './audit-filter.tsx';
import { type AuditFields, auditCommand, fieldsOf, selectorOf } from './fields.ts';
import { Records, Refusal, useAudit } from './records.tsx';

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
