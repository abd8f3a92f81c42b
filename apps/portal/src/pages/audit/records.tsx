import { hasReason, messageOf } from '@slipway/api';
import { AuditRecord } from '@slipway/kinds';
import { useInfiniteQuery } from '@tanstack/react-query';
import { client } from '../../api/client.ts';
import { paths } from '../../paths.ts';
import { Moment } from '../../ui/moment.tsx';
import { Problem } from '../../ui/notice.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { type AuditFields, selectorOf } from './fields.ts';

/** Records read at once. */
const PAGE = 100;

/** Records that fit, newest first, page by page. */
export function useAudit(fields: AuditFields) {
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

/** Why there are none to see. */
export function Refusal({ reason }: { reason: unknown }) {
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

export function Records({ records }: { records: AuditRecord[] }) {
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
