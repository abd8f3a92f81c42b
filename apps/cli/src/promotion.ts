import { styleText } from 'node:util';
import { StatusError, type Stored, systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Promotion, type PromotionStatus, promotionAt, Workload } from '@slipway/kinds';
import { CommandError, columns, duration, EXIT, type Format, print, say } from './output.ts';

/** A promotion as commands print it. */
export interface PromotionReport extends PromotionStatus {
  name: string;
  team: string;
  service: string;
  to: string;
  rollbackOf?: string;
  reason?: string;
}

export function reportOf({ metadata, spec, status }: Stored<Promotion>): PromotionReport {
  const { workload, ...rest } = spec;
  const team = (metadata.namespace ?? '').replace(/^team-/, '');
  return {
    ...status,
    name: metadata.name,
    team,
    service: workload,
    ...rest,
  };
}

export async function startPromotion(
  client: Client,
  team: string,
  spec: Promotion['spec'],
): Promise<Stored<Promotion>> {
  return client.create(Promotion, promotionAt(systemClock.now(), `team-${team}`, spec));
}

/** @throws CommandError when there is none of this name */
export async function serviceNamed(client: Client, team: string, name: string): Promise<Stored<Workload>> {
  const workload = await client.find(Workload, { namespace: `team-${team}`, name });
  if (workload) return workload;
  throw new CommandError(`team ${team} has no service ${JSON.stringify(name)}`, {
    next: 'slipway service list',
  });
}

/** Follows a promotion: until it is live when `wait`, else until it waits for people or ends. */
export async function follow(
  client: Client,
  promotion: Stored<Promotion>,
  { wait = false, timeout }: { wait?: boolean; timeout: number },
): Promise<Stored<Promotion>> {
  const { namespace = '', name } = promotion.metadata;
  const started = performance.now();
  let last = '';
  for (;;) {
    const now = await client.get(Promotion, { namespace, name });
    const { phase, message = '', finishedAt, observedGeneration } = now.status ?? {};
    const step = phase ? `${phase}: ${message}` : 'waiting for delivery to look at it';
    if (step !== last) say(`${duration(performance.now() - started).padStart(8)}  ${step}`);
    last = step;
    const isRead = observedGeneration === now.metadata.generation;
    if (finishedAt || (isRead && !wait)) return now;
    if (performance.now() - started > timeout * 1000)
      throw new CommandError(`promotion ${name}: not done after ${timeout} s: ${step}`, {
        exitCode: EXIT.unhealthy,
        next: `slipway promotion show ${name}`,
      });
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** Prints a promotion; one that came to nothing is a failure. */
export function reportPromotion(output: Format, promotion: Stored<Promotion>): number {
  print(output, reportOf(promotion), () => promotionText(promotion));
  const phase = promotion.status?.phase ?? '';
  return ['Failed', 'Rejected', 'Refused', 'Superseded'].includes(phase) ? EXIT.failed : EXIT.done;
}

/** The promotion for people: what it is, what it changes, what it waits for. */
export function promotionText({ metadata, spec, status = {} }: Stored<Promotion>): string {
  const { difference, checks = [], approvals } = status;
  const what = status.rollback ? 'rollback' : 'promotion';
  const lines = [
    `${what} ${metadata.name}: ${spec.workload} to ${spec.to}`,
    `${status.phase ?? 'Pending'}${status.message ? `: ${status.message}` : ''}`,
    ...(status.promotedBy ? [`by ${status.promotedBy}${spec.reason ? `: ${spec.reason}` : ''}`] : []),
  ];
  if (difference) {
    const { before, after, commits } = difference;
    lines.push(
      '',
      columns([
        ['', 'IMAGE', 'REVISION'],
        ['before', shortImage(before.image), before.revision?.slice(0, 10) ?? 'nothing'],
        ['after', shortImage(after.image), after.revision.slice(0, 10)],
      ]),
    );
    if (commits.length > 0) lines.push('', difference.backwards ? 'leaves behind' : 'brings');
    lines.push(...commits.map(({ id, title, author }) => `  ${id.slice(0, 10)}  ${title} (${author})`));
    lines.push(
      ...[...difference.files, ...difference.objects].map(
        ({ name, change, diff }) => `\n${change} ${name}\n${coloured(diff)}`,
      ),
    );
  }
  if (checks.length > 0 || approvals?.wanted.length) lines.push('');
  lines.push(
    ...checks.map(
      ({ name, passed, message }) => `check ${name}: ${passed ? 'passed' : 'not passed'}: ${message}`,
    ),
  );
  for (const { group, count, given } of approvals?.wanted ?? [])
    lines.push(`approval by group ${group}: ${given} of ${count}`);
  for (const { by, decision, reason } of approvals?.given ?? [])
    lines.push(`  ${decision} by ${by}${reason ? `: ${reason}` : ''}`);
  return lines.join('\n');
}

export function shortImage(image: string | undefined): string {
  return image?.replace(/^.*@sha256:/, '').slice(0, 12) ?? 'nothing';
}

function coloured(diff: string): string {
  const colour = (line: string) =>
    line.startsWith('+') ? styleText('green', line) : line.startsWith('-') ? styleText('red', line) : line;
  return diff.trimEnd().split('\n').map(colour).join('\n');
}

/** A promotion by its name, in whatever namespace the team's is. @throws CommandError */
export async function promotionNamed(client: Client, team: string, name: string): Promise<Stored<Promotion>> {
  try {
    return await client.get(Promotion, { namespace: `team-${team}`, name });
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
    throw new CommandError(`team ${team} has no promotion ${JSON.stringify(name)}`, {
      next: 'slipway promotion list',
    });
  }
}
