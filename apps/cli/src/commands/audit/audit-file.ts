import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { messageOf } from '@slipway/api';
import type { AuditRecord } from '@slipway/kinds';
import { CommandError } from '../../output.ts';

/**
 * Records of a file, oldest first: JSON lines of `audit export`, or the list of `audit list --all -o json`.
 * @throws CommandError naming the line that is no record
 */
export async function* auditFile(file: string): AsyncGenerator<AuditRecord> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() === '') continue;
      const value = parsed(line);
      if (number === 1 && !isRecord(value)) return yield* listIn(file);
      if (!isRecord(value)) throw notAudit(`${file}: line ${number} is no record`);
      yield value;
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${file}: ${messageOf(error)}`);
  } finally {
    lines.close();
  }
}

async function* listIn(file: string): AsyncGenerator<AuditRecord> {
  const list = parsed(await readFile(file, 'utf8')) as { items?: AuditRecord[] } | undefined;
  if (!Array.isArray(list?.items)) throw notAudit(`${file}: it is no audit`);
  yield* list.items.toReversed();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is AuditRecord {
  return typeof value === 'object' && value !== null && (value as AuditRecord).kind === 'AuditRecord';
}

function notAudit(message: string): CommandError {
  return new CommandError(message, { next: 'slipway audit export > audit.jsonl' });
}
