import { type AuditQuery, auditSelector, containing } from '@slipway/client';
import type { AuditRecord } from '@slipway/kinds';

/** What the audit can be asked for; each is a filter in the page's address. */
export const FIELDS = [
  'actor',
  'door',
  'verb',
  'resource',
  'object',
  'outcome',
  'generation',
  'since',
  'until',
] as const;
export const OUTCOMES: AuditRecord['spec']['outcome'][] = ['allowed', 'denied', 'failed'];

export type AuditFields = Partial<Record<(typeof FIELDS)[number] | 'machines', string>>;

/** Filters in a page's address; what is unknown there is left alone. */
export function fieldsOf(search: Record<string, unknown>): AuditFields {
  return Object.fromEntries(
    [...FIELDS, 'machines'].flatMap(name => {
      const value = search[name];
      return value === undefined || value === null || value === '' ? [] : [[name, String(value)]];
    }),
  );
}

/** As the API takes it. What the platform's own accounts do is left out unless it is asked for. */
export function selectorOf({ machines, object, outcome, generation, ...fields }: AuditFields): string {
  const query: AuditQuery = {
    ...fields,
    ...(machines ? {} : { people: true }),
    ...(object ? { object: containing(object) } : {}),
    ...(outcome ? { outcome: outcome as AuditRecord['spec']['outcome'] } : {}),
    ...(generation ? { generation: Number(generation) } : {}),
  };
  return auditSelector(query);
}

/** The command that shows the same records. */
export function auditCommand({ machines, ...fields }: AuditFields): string {
  const words = Object.entries(fields).map(
    ([name, value]) => `--${name} '${value.replaceAll("'", `'\\''`)}'`,
  );
  return ['slipway audit search', ...(machines ? [] : ['--people']), ...words].join(' ');
}
