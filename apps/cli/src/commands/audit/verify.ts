import { auditChain, type ChainVerdict, checkAudit, type KnownHead } from '@slipway/client';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { auditFile } from './audit-file.ts';

interface Options extends GlobalOptions {
  head?: string;
  partial?: boolean;
}

/** Checks the chain here, record by record; the platform is only read, and a file needs none. */
export async function run(options: Options, [file]: string[]): Promise<number> {
  const head = options.head === undefined ? {} : { head: headOf(options.head) };
  const records = file === undefined ? auditChain((await connect(options)).client) : auditFile(file);
  const verdict = await checkAudit(records, { ...head, partial: options.partial === true });
  print(options.output, verdict, () => describe(verdict));
  return verdict.intact ? EXIT.done : EXIT.failed;
}

function headOf(text: string): KnownHead {
  const [, sequence, hash] = /^(?:(\d+):)?([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash === undefined) {
    throw new CommandError(
      `--head ${JSON.stringify(text)}: expected <sequence>:<hash> or <hash> (64 digits)`,
      {
        exitCode: EXIT.usage,
      },
    );
  }
  return { hash, ...(sequence === undefined ? {} : { sequence: Number(sequence) }) };
}

function describe(verdict: ChainVerdict): string {
  if (verdict.intact) {
    const { records, first, last, head } = verdict;
    const from = first > 1 ? ` (${first} to ${last}; what came before is not in it)` : '';
    return `intact: ${records} records${from}, head ${last}:${head}`;
  }
  const { sequence, problem, time, what } = verdict;
  return [
    `broken at record ${sequence}: ${problem}`,
    ...(time ? [`  time    ${time}`] : []),
    ...(what ? [`  record  ${what}`] : []),
  ].join('\n');
}
