import type { AuditRecord } from '@slipway/kinds';

/** What the audit can be asked for; everything given has to be met. `*` in a text stands for any text. */
export interface AuditQuery extends Partial<AuditRecord['spec']> {
  generation?: number;
  /** RFC 3339, or a day: since ≤ time < until. */
  since?: string;
  until?: string;
  /** Only what people and their machines did: nothing of the platform's own accounts. */
  people?: boolean;
}

/** Names of accounts that are the platform's, or a workload's, and no person's. */
const MACHINES = 'system:*';
const FIELDS = ['actor', 'door', 'verb', 'resource', 'object', 'outcome', 'source'] as const;

/** The query as the API's field selector. */
export function auditSelector(query: AuditQuery): string {
  const terms = FIELDS.flatMap(name => {
    const value = query[name];
    return value === undefined ? [] : [`spec.${name}=${escaped(value)}`];
  });
  if (query.people) terms.push(`spec.actor!=${MACHINES}`);
  if (query.generation !== undefined) terms.push(`status.generation=${query.generation}`);
  if (query.since !== undefined) terms.push(`status.time>=${escaped(query.since)}`);
  if (query.until !== undefined) terms.push(`status.time<${escaped(query.until)}`);
  return terms.join(',');
}

/** Any text that has this in it; one that has a `*` already is taken as it is. */
export function containing(text: string): string {
  return text.includes('*') ? text : `*${text}*`;
}

function escaped(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&');
}
