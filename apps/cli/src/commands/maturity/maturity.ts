import type { Client } from '@slipway/client';
import { Attestation, MATURITY_REPORT, type MaturityReport, Report } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, columns, EXIT, print, say } from '../../output.ts';

interface Options extends GlobalOptions {
  attest?: string;
  statement?: string;
  evidence?: string;
  not?: boolean;
  days: number;
}

const DAY_MS = 86_400_000;
/** A word on something that changes is not for ever. */
const MOST_DAYS = 3650;
const WAIT_MS = 15_000;
const PAUSE_MS = 200;

/** Where the platform stands on each aspect, and what to do next; with --attest after somebody's word was taken. */
export async function run(options: Options): Promise<number> {
  const { client } = await connect(options);
  const before = await read(client);
  const maturity = options.attest ? await attest(client, before, options.attest, options) : before;
  print(options.output, maturity, () => text(maturity));
  return EXIT.done;
}

async function read(client: Client): Promise<MaturityReport> {
  const report = await client.find(Report, MATURITY_REPORT);
  if (report?.status?.maturity) return report.status.maturity;
  throw new CommandError('maturity: the report is not made yet', { next: 'slipway maturity' });
}

/** The report once it knows of the new attestation. */
async function attest(
  client: Client,
  before: MaturityReport,
  line: string,
  { statement, evidence, not = false, days }: Options,
): Promise<MaturityReport> {
  const known = before.lines.map(({ id }) => id);
  if (!known.includes(line)) {
    throw new CommandError(`line ${JSON.stringify(line)}: not in the report; known: ${known.join(', ')}`, {
      exitCode: EXIT.usage,
    });
  }
  if (!statement?.trim())
    throw new CommandError('--attest: say what is so with --statement', { exitCode: EXIT.usage });
  if (days > MOST_DAYS)
    throw new CommandError(`--days: at most ${MOST_DAYS} are allowed`, { exitCode: EXIT.usage });
  const until = new Date(Date.now() + days * DAY_MS).toISOString();
  const { group, version, kind } = Attestation;
  const { metadata } = await client.create(Attestation, {
    apiVersion: `${group}/${version}`,
    kind,
    metadata: { generateName: `${line}-` },
    spec: { line, holds: !not, statement, until, ...(evidence ? { evidence } : {}) },
  });
  say(`attested as ${metadata.name}, until ${until.slice(0, 10)}`);
  return awaitWord(client, line, statement);
}

/** A measured line keeps its measure, so what is waited for is the word, or that it was looked at again. */
async function awaitWord(client: Client, line: string, statement: string): Promise<MaturityReport> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const report = await read(client);
    const found = report.lines.find(({ id }) => id === line);
    if (found?.basis === 'measured' || found?.found.includes(statement)) return report;
    if (Date.now() > deadline) return report;
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
}

function text({ aspects, lines, improvements }: MaturityReport): string {
  const next = lines.filter(({ id }) => improvements.includes(id));
  return [
    columns([
      ['ASPECT', 'LEVEL', 'NEXT'],
      ...aspects.map(each => [each.aspect, each.level || 'none shown yet', each.next || '-']),
    ]),
    '',
    columns([
      ['ASPECT', 'LEVEL', 'STATE', 'BASIS', 'LINE', 'FOUND'],
      ...lines.map(each => [each.aspect, each.level, each.state, each.basis, each.id, each.found]),
    ]),
    '',
    'Next improvements',
    ...next.map(each => `  ${each.aspect}: ${each.improve} (${each.id})`),
  ].join('\n');
}
