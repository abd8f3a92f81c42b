import { StatusError } from '@slipway/api';
import type { AuditCondition, AuditFilter } from './audit.ts';

const COLUMNS: Record<string, AuditCondition['column']> = {
  'spec.actor': 'actor',
  'spec.door': 'door',
  'spec.verb': 'verb',
  'spec.resource': 'resource',
  'spec.object': 'object',
  'spec.outcome': 'outcome',
  'spec.source': 'source',
  'status.time': 'time',
  'status.generation': 'generation',
};
const LONGEST = 8192;
const MOST_TERMS = 32;

/**
 * What a field selector asks of the audit. It is Kubernetes' (`a=b,c!=d`; `\` before a comma, an equals sign or itself
 * takes their meaning away), with more than Kubernetes has: `*` stands for any text, and times are compared by `>=`
 * and `<`.
 * @throws StatusError BadRequest
 */
export function parseSelector(selector: string): Pick<AuditFilter, 'where'> {
  if (selector.length > LONGEST) throw refused('it is longer than 8192 characters');
  const terms = split(selector);
  if (terms.length > MOST_TERMS) throw refused(`more than ${MOST_TERMS} terms`);
  return { where: terms.map(conditionOf) };
}

function split(selector: string): string[] {
  return (selector.match(/(?:\\.|[^,\\])+/gs) ?? []).map(term => term.trim()).filter(term => term !== '');
}

function conditionOf(term: string): AuditCondition {
  const [, field = '', sign = '', raw = ''] = /^([\w.]+)(==|!=|>=|=|<)(.*)$/s.exec(term) ?? [];
  const column = COLUMNS[field];
  if (!column) {
    throw refused(
      `${JSON.stringify(term)}: expected <field>=<value> with one of ${Object.keys(COLUMNS).join(', ')}`,
    );
  }
  const operator = (sign === '==' ? '=' : sign) as AuditCondition['operator'];
  const isOrder = operator === '>=' || operator === '<';
  if (isOrder !== (column === 'time'))
    throw refused(`${JSON.stringify(term)}: times take >= and <, all else = and !=`);
  const value = raw.replace(/\\([\\,=])/g, '$1');
  if (column === 'time') return { column, operator, value: timeOf(value) };
  if (column !== 'generation') return { column, operator, value };
  if (!/^\d{1,15}$/.test(value)) throw refused(`${JSON.stringify(term)}: a generation is a whole number`);
  return { column, operator, value: Number(value) };
}

function timeOf(text: string): string {
  const at = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return new Date(at).toISOString();
  throw refused(`${JSON.stringify(text)} is no time; expected RFC 3339: 2026-01-31 or 2026-01-31T12:00:00Z`);
}

function refused(message: string): StatusError {
  return new StatusError('BadRequest', `fieldSelector: ${message}`);
}
