import { auditRecords } from '@slipway/client';
import type { AuditRecord } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions {
  actor?: string;
  door?: string;
  verb?: string;
  resource?: string;
  object?: string;
  outcome?: AuditRecord['spec']['outcome'];
  limit: number;
  all?: boolean;
}

const FIELDS = ['actor', 'door', 'verb', 'resource', 'object', 'outcome'] as const;

/** Who did what, newest first. */
export async function run(options: Options): Promise<number> {
  const { client } = await connect(options);
  const fields = Object.fromEntries(
    FIELDS.flatMap(name => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
  const items: AuditRecord[] = [];
  for await (const record of auditRecords(client, fields)) {
    if (!options.all && items.length >= options.limit) break;
    items.push(record);
  }
  const kind = 'AuditRecordList';
  const apiVersion = 'audit.slipway.dev/v1alpha1';
  print(options.output, { apiVersion, kind, metadata: {}, items }, () =>
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
