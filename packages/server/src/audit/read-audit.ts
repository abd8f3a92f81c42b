import { StatusError } from '@slipway/api';
import type { Audit, AuditRecord } from './audit.ts';
import { parseSelector } from './selector.ts';

const MOST = 1000;

/**
 * One page of the audit, newest first, as a list of objects. `fieldSelector` is read by `parseSelector`; `limit` and
 * `continue` page back. Each item's status has what its hash covers, so that a reader can check the chain alone.
 * @throws StatusError BadRequest
 */
export async function readAudit(
  audit: Audit,
  type: { apiVersion: string; kind: string },
  query: URLSearchParams,
): Promise<object> {
  const limit = Math.min(Number(query.get('limit') || MOST), MOST);
  const before = query.get('continue');
  if (!(limit >= 1)) throw refused(`limit: "${query.get('limit')}" is no number above 0`);
  if (before && !/^\d+$/.test(before)) throw refused(`continue: "${before}" is of no page of this list`);
  for (const name of ['labelSelector', 'watch', 'resourceVersionMatch']) {
    if (query.get(name)) throw refused(`${name}: not supported for the audit`);
  }
  const filter = parseSelector(query.get('fieldSelector') ?? '');
  const records = await audit.search({ ...filter, limit, ...(before ? { before: Number(before) } : {}) });
  const last = records.at(-1);
  const hasMore = last !== undefined && records.length === limit && last.sequence > 1;
  return {
    apiVersion: type.apiVersion,
    kind: `${type.kind}List`,
    metadata: { ...(hasMore ? { continue: String(last.sequence) } : {}) },
    items: records.map(record => ({ ...type, ...objectOf(record) })),
  };
}

function objectOf(record: AuditRecord): object {
  const { actor, door, verb, resource, object, outcome, source, ...status } = record;
  return {
    metadata: { name: String(record.sequence), creationTimestamp: `${record.time.slice(0, 19)}Z` },
    spec: { actor, door, verb, resource, object, outcome, source },
    status,
  };
}

function refused(message: string): StatusError {
  return new StatusError('BadRequest', message);
}
