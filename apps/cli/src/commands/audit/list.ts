import { type AuditQuery, auditRecords, containing } from '@slipway/client';
import type { AuditRecord } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions, AuditQuery {
  limit: number;
  all?: boolean;
  before?: number;
}

/** Who did what, newest first. */
export async function run(options: Options): Promise<number> {
  const { client } = await connect(options);
  const { limit, all, before, output, data: _data, object, ...query } = options;
  const items: AuditRecord[] = [];
  const wanted = { ...query, ...(object ? { object: containing(object) } : {}) };
  const records = auditRecords(client, wanted, before === undefined ? {} : { before });
  for await (const record of records) {
    if (!all && items.length >= limit) break;
    items.push(record);
  }
  const kind = 'AuditRecordList';
  const apiVersion = 'audit.slipway.dev/v1alpha1';
  print(output, { apiVersion, kind, metadata: {}, items }, () =>
    columns([
      ['NUMBER', 'TIME', 'ACTOR', 'DOOR', 'VERB', 'RESOURCE', 'OBJECT', 'OUTCOME', 'SOURCE'],
      ...items.map(row),
    ]),
  );
  return EXIT.done;
}

function row({ spec, status }: AuditRecord): string[] {
  const { actor, door, verb, resource, object, outcome, source } = spec;
  const { sequence, time } = status ?? {};
  return [String(sequence ?? ''), time ?? '', actor, door, verb, resource, object, outcome, source];
}
