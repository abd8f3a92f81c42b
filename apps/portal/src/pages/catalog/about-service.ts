import type { AuditRecord } from '@slipway/kinds';

/**
 * Whether a record is about a service, by the name of its object: the service itself, what is named after it
 * (`shop-dev`, `shop#1`, `shop.main`), not what only has its name inside (`workshop`, `shopping`).
 */
export function isAbout({ spec }: Pick<AuditRecord, 'spec'>, service: string): boolean {
  const at = spec.object.split(/[/ ]/).filter(part => part.startsWith(service));
  return at.some(part => !/^[a-z0-9]/i.test(part.slice(service.length)));
}
