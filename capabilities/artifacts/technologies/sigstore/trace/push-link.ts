import type { Stored } from '@slipway/api';
import { AuditRecord, type TraceLink } from '@slipway/kinds';
import { ownRepository } from './git-commit.ts';
import { found, missing } from './link.ts';
import type { Answer, Reader } from './reader.ts';

/** What the door writes for a commit that it is to make itself: its id is not known before. */
const MADE_HERE = '..new';

/** Who brought a commit: the Git door's record, in the audit. */
export async function pushLink(reader: Reader, commit: { url: string; id: string }): Promise<TraceLink> {
  const repository = ownRepository(commit.url);
  if (!repository) return missing('push', 'it was pushed to another platform’s repository');
  const name = `${repository.owner}/${repository.name}`;
  const pushed = await newest(reader, { object: `${name} *..${commit.id}` });
  if ('because' in pushed) return missing('push', pushed.because);
  const record = pushed.value ?? (await madeHere(reader, name, commit.id));
  if (!record) return missing('push', 'no push ended at this commit: a later one brought it along');
  const { actor, verb, source } = record.spec;
  return found('push', `it was brought by ${actor}`, {
    who: actor,
    how: `${verb} ${record.spec.object}`,
    from: source,
    time: record.status?.time,
    'audit record': String(record.status?.sequence ?? ''),
  });
}

/** A commit made over Git's API: what came before the push that went on from it, or nothing went on from it yet. */
async function madeHere(reader: Reader, name: string, id: string): Promise<Stored<AuditRecord> | undefined> {
  const next = await newest(reader, { object: `${name} * ${id}..*` });
  const before = 'value' in next ? next.value?.status?.sequence : undefined;
  const last = await newest(reader, { object: `${name} refs/heads/*`, ...(before ? { before } : {}) });
  const record = 'value' in last ? last.value : undefined;
  return record?.spec.object.endsWith(MADE_HERE) ? record : undefined;
}

async function newest(
  reader: Reader,
  { object, before }: { object: string; before?: number },
): Promise<Answer<Stored<AuditRecord> | undefined>> {
  const answer = await reader.list(AuditRecord, {
    fieldSelector: `spec.door=git,spec.outcome=allowed,spec.object=${object}`,
    limit: 1,
    ...(before === undefined ? {} : { continue: String(before) }),
  });
  return 'because' in answer ? answer : { value: answer.value[0] };
}
