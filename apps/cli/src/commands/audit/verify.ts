import { readFile } from 'node:fs/promises';
import { auditRecords, type ChainVerdict, checkAudit } from '@slipway/client';
import type { AuditRecord } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions {
  file?: string;
  head?: string;
}

/** Checks the chain here, record by record; the platform is only read. */
export async function run(options: Options): Promise<number> {
  let foundHead = options.head === undefined;
  const watched = async function* () {
    for await (const record of await recordsOf(options)) {
      foundHead ||= record.status?.hash === options.head;
      yield record;
    }
  };
  const verdict = await checkAudit(watched());
  if (verdict.intact && !foundHead) {
    throw new CommandError(`audit: the head ${options.head} is not in it: it was made anew since then`);
  }
  print(options.output, verdict, () => describe(verdict));
  return verdict.intact ? EXIT.done : EXIT.failed;
}

async function recordsOf(options: Options): Promise<AsyncIterable<AuditRecord> | AuditRecord[]> {
  if (options.file === undefined) return auditRecords((await connect(options)).client);
  const list: { items?: AuditRecord[] } = JSON.parse(await readFile(options.file, 'utf8'));
  if (list.items) return list.items;
  throw new CommandError(`${options.file}: it is no audit`, { next: 'slipway audit list --all -o json' });
}

function describe(verdict: ChainVerdict): string {
  if (!verdict.intact) return `broken at record ${verdict.sequence}: ${verdict.problem}`;
  return `intact: ${verdict.records} records, head ${verdict.head}`;
}
