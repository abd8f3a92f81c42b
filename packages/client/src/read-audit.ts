import type { Stored } from '@slipway/api';
import { AuditRecord } from '@slipway/kinds';
import { type AuditQuery, auditSelector } from './audit-query.ts';
import type { Client } from './client.ts';

const PAGE = 1000;

/** Records of the audit that fit, newest first, read page by page; `before`: only those below this number. */
export async function* auditRecords(
  client: Client,
  query: AuditQuery = {},
  { before }: { before?: number } = {},
): AsyncGenerator<Stored<AuditRecord>> {
  const fieldSelector = auditSelector(query);
  let next = before === undefined ? undefined : String(before);
  do {
    const page = await client.list(AuditRecord, {
      limit: PAGE,
      ...(fieldSelector ? { fieldSelector } : {}),
      ...(next ? { continue: next } : {}),
    });
    yield* page.items;
    next = page.metadata.continue;
  } while (next);
}

/**
 * Every record from a time on, oldest first, as the chain is made: what is written meanwhile comes, too. A page at a
 * time is in memory.
 */
export async function* auditChain(
  client: Client,
  { since }: { since?: string } = {},
): AsyncGenerator<Stored<AuditRecord>> {
  let last = since === undefined ? 0 : await lastBefore(client, since);
  for (;;) {
    // The list goes backwards from `continue`: this asks for the page that follows the last record.
    const page = await client.list(AuditRecord, { limit: PAGE, continue: String(last + PAGE + 1) });
    const after = page.items.filter(({ status }) => (status?.sequence ?? 0) > last).reverse();
    yield* after;
    last = after.at(-1)?.status?.sequence ?? last;
    if (after.length < PAGE) return;
  }
}

async function lastBefore(client: Client, until: string): Promise<number> {
  const { items } = await client.list(AuditRecord, { limit: 1, fieldSelector: auditSelector({ until }) });
  return items[0]?.status?.sequence ?? 0;
}
