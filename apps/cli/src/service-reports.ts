import type { Client } from '@slipway/client';
import { Report } from '@slipway/kinds';
import { CommandError } from './output.ts';

/** Reports on services, by name. */
export async function serviceReports(client: Client): Promise<Report[]> {
  const { items } = await client.list(Report);
  return items
    .filter(({ spec }) => spec.subject.kind === 'Workload')
    .sort((a, b) => a.spec.subject.name.localeCompare(b.spec.subject.name));
}

/**
 * The report on one service, of any team.
 * @throws CommandError when there is none
 */
export async function serviceReport(client: Client, name: string): Promise<Report> {
  const found = (await serviceReports(client)).find(({ spec }) => spec.subject.name === name);
  if (found) return found;
  throw new CommandError(`service ${JSON.stringify(name)}: there is no report on it`, {
    next: 'slipway service list',
  });
}

/** `<team>/<service>`. */
export function subjectText({ spec }: Report): string {
  const { namespace = '', name } = spec.subject;
  return `${namespace.replace(/^team-/, '')}/${name}`;
}
