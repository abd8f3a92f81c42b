import type { AuditRecord } from '@slipway/kinds';

/** What the audit can be asked for; each is a filter in the page's address. */
export const FIELDS = ['actor', 'door', 'verb', 'resource', 'object', 'outcome'] as const;
export const OUTCOMES: AuditRecord['spec']['outcome'][] = ['allowed', 'denied', 'failed'];

export type AuditFields = Partial<Record<(typeof FIELDS)[number], string>>;

/** Filters in a page's address; what is unknown there is left alone. */
export function fieldsOf(search: Record<string, unknown>): AuditFields {
  return Object.fromEntries(
    FIELDS.flatMap(name => {
      const value = search[name];
      return value === undefined || value === null || value === '' ? [] : [[name, String(value)]];
    }),
  );
}

/** As the API takes it; backslash, comma and equals sign are escaped there. */
export function selectorOf(fields: AuditFields): string {
  return Object.entries(fields)
    .map(([name, value]) => `spec.${name}=${value.replace(/[\\,=]/g, '\\$&')}`)
    .join(',');
}

/** The command that shows the same records. */
export function auditCommand(fields: AuditFields): string {
  const words = Object.entries(fields).map(
    ([name, value]) => `--${name} '${value.replaceAll("'", `'\\''`)}'`,
  );
  return ['slipway audit list', ...words].join(' ');
}
