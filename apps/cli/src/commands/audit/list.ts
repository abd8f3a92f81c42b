import { type AuditQuery, auditRecords, containing } from '@slipway/client';
import type { AuditRecord } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions, AuditQuery {
  limit: number;
  all?: boolean;
}

/** Who did what, newest first. */
export async function run(options: Options): Promise<number> {
  const { client } = await connect(options);
  const { limit, all, output, data: _data, object, ...query } = options;
  const items: AuditRecord[] = [];
  const records = auditRecords(client, { ...query, ...(object ? { object: containing(object) } : {}) });
  for await (const record of records) {
    if (!all && items.length >= limit) break;
    items.push(record);
  }
  const kind = 'AuditRecordList';
  const apiVersion = 'audit.slipway.dev/v1alpha1';
  print(output, { apiVersion, kind, metadata: {}, items }, () =>
    columns([
      ['TIME', 'ACTOR', 'DOOR', 'VERB', 'RESOURCE', 'OBJECT', 'OUTCOME', 'SOURCE'],
      ...items.map(row),
    ]),
  );
  return EXIT.done;
}

function row({ spec, status }: AuditRecord): string[] {
  const { actor, door, verb, resource, object, outcome, source } = spec;
  return [status?.time ?? '', actor, door, verb, resource, object, outcome, source];
}
