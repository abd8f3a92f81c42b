import { createInterface } from 'node:readline/promises';
import type { Stored } from '@slipway/api';
import { KEEPABLE_PARTS, type KeepablePart, Retirement, type RetirementItem } from '@slipway/kinds';
import { type Connection, connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, columns, duration, EXIT, print, say } from '../../output.ts';
import { requireName } from '../../service.ts';

interface Options extends GlobalOptions {
  team: string;
  keep: string[];
  yes?: boolean;
  wait?: boolean;
  timeout: number;
}

const PLAN_MS = 30_000;
const POLL_MS = 100;

/** Lists everything a service made, asks, and removes it. Without a terminal it takes `--yes`. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  requireName(name);
  const started = performance.now();
  const keep = keepOf(options.keep);
  const connection = await connect(options);
  const namespace = `team-${options.team}`;
  const running = await runningOne(connection, namespace, name);
  if (running) {
    say(`${name} is being retired already: ${running.metadata.name}`);
    return finish(connection, running, options, started);
  }
  const planned = await plan(connection, { namespace, name, keep });
  if (!(await isConfirmed(planned, options, name))) return leave(connection, planned, options);
  const key = { namespace, name: planned.metadata.name };
  const body = { spec: { confirm: name } };
  const confirmed = await connection.client.patch(Retirement, key, { type: 'merge', body });
  return finish(connection, confirmed, options, started);
}

function keepOf(given: string[]): KeepablePart[] {
  const words = given
    .flatMap(each => each.split(','))
    .map(word => word.trim())
    .filter(word => word !== '');
  const wrong = words.find(word => !KEEPABLE_PARTS.some(part => part === word));
  if (wrong)
    throw new CommandError(`--keep ${JSON.stringify(wrong)}: allowed are ${KEEPABLE_PARTS.join(', ')}`, {
      exitCode: EXIT.usage,
      next: 'annotate single objects with slipway.dev/keep: "true" to keep them',
    });
  return KEEPABLE_PARTS.filter(part => words.includes(part));
}

async function runningOne({ client }: Connection, namespace: string, name: string) {
  const { items } = await client.list(Retirement, { namespace });
  return items.find(({ spec, status }) => spec.workload === name && status?.phase === 'Removing');
}

async function plan(
  { client }: Connection,
  { namespace, name, keep }: { namespace: string; name: string; keep: KeepablePart[] },
): Promise<Stored<Retirement>> {
  const { metadata } = await client.create(Retirement, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Retirement',
    metadata: { generateName: `${name}-`, namespace },
    spec: { workload: name, ...(keep.length > 0 ? { keep } : {}) },
  });
  const key = { namespace, name: metadata.name };
  const planned = await until(client, key, PLAN_MS, ({ status }) => status?.phase !== undefined);
  if (planned.status?.phase !== 'Failed') return planned;
  await client.delete(Retirement, key);
  throw new CommandError(planned.status.message ?? 'the list could not be made', {
    next: 'slipway service list',
  });
}

async function until(
  client: Connection['client'],
  key: { namespace: string; name: string },
  timeoutMs: number,
  holds: (retirement: Stored<Retirement>) => boolean,
): Promise<Stored<Retirement>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const retirement = await client.get(Retirement, key);
    if (holds(retirement)) return retirement;
    if (performance.now() > deadline)
      throw new CommandError(
        `retirement ${key.name}: ${retirement.status?.message ?? 'no answer'} after ${duration(timeoutMs)}`,
        { exitCode: EXIT.unhealthy, next: `kubectl get retirement ${key.name} -n ${key.namespace} -o yaml` },
      );
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
}

async function isConfirmed(planned: Retirement, options: Options, name: string): Promise<boolean> {
  if (options.output === 'table' || process.stdin.isTTY) say(listText(planned));
  if (options.yes) return true;
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Type ${name} to remove all of this: `);
  terminal.close();
  return answer.trim() === name;
}

/** Nothing is removed; the list that was asked for is not left behind either. */
async function leave({ client }: Connection, planned: Stored<Retirement>, options: Options): Promise<number> {
  const { namespace = '', name } = planned.metadata;
  await client.delete(Retirement, { namespace, name });
  if (options.output !== 'table') print(options.output, planned.status, () => '');
  throw new CommandError(`nothing was removed: ${planned.spec.workload} was not confirmed`, {
    exitCode: EXIT.usage,
    next: `slipway service retire ${planned.spec.workload} --yes --wait`,
  });
}

async function finish(
  { client }: Connection,
  retirement: Stored<Retirement>,
  options: Options,
  started: number,
): Promise<number> {
  const { namespace = '', name } = retirement.metadata;
  const service = retirement.spec.workload;
  if (!options.wait) {
    print(
      options.output,
      { service, retirement: name },
      () => `${service}: is being retired; kubectl get retirement ${name} -n ${namespace} --watch shows how`,
    );
    return EXIT.done;
  }
  let told = '';
  const over = await until(client, { namespace, name }, options.timeout * 1000, ({ status }) => {
    const line = status?.message ?? '';
    if (line !== told) say(`${duration(performance.now() - started).padStart(8)}  ${line}`);
    told = line;
    return status?.phase === 'Retired' || status?.phase === 'Failed';
  });
  if (over.status?.phase === 'Failed')
    throw new CommandError(over.status.message ?? `${service} was not retired`);
  const ms = Math.round(performance.now() - started);
  print(options.output, { service, retirement: name, ...over.status, ms }, () => over.status?.message ?? '');
  return EXIT.done;
}

function listText({ status }: Retirement): string {
  const row = (item: RetirementItem) => [
    item.action === 'Keep' ? 'keep' : 'remove',
    item.part,
    `${item.kind} ${item.namespace ? `${item.namespace}/` : ''}${shortened(item)}`,
    item.because,
  ];
  const more = status?.unlisted ? `\n… and ${status.unlisted} more` : '';
  const limits = (status?.limits ?? []).map(each => `\nnot removed: ${each}`).join('');
  return `${columns([['', 'PART', 'WHAT', 'WHY'], ...(status?.items ?? []).map(row)])}${more}${limits}\n`;
}

function shortened({ kind, name }: RetirementItem): string {
  return kind === 'Image' ? name.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1') : name;
}
