import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { SlipwayError } from '@slipway/api';
import type { RefChange } from '../refs-publisher.ts';
import { FLUSH } from './pkt-line.ts';

/** A push of ten thousand references is below it. */
const MOST = 4 * 1024 * 1024;

/**
 * The commands at the start of a push (gitprotocol-pack, "Reference Update Request"): what is to move where. What was
 * read is put back, so that git reads the body from its start.
 * @throws SlipwayError InvalidPush for what git would not read either
 */
export async function readCommands(body: Readable): Promise<RefChange[]> {
  let read: Buffer = Buffer.alloc(0);
  for (;;) {
    const changes = commandsIn(read);
    if (changes) {
      if (read.length > 0) body.unshift(read);
      return changes;
    }
    if (read.length > MOST) throw invalid(`more than ${MOST} bytes of commands`);
    const chunk: Buffer | null = body.read();
    if (chunk) read = Buffer.concat([read, chunk]);
    if (chunk) continue;
    if (body.readableEnded || body.destroyed) throw invalid('it ends within its commands');
    await somethingHappens(body);
  }
}

async function somethingHappens(body: Readable): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  await Promise.race(['readable', 'end', 'close'].map(event => once(body, event, { signal })));
  done.abort();
}

/** Undefined while the flush packet that ends them is missing. */
function commandsIn(bytes: Buffer): RefChange[] | undefined {
  const changes: RefChange[] = [];
  let at = 0;
  for (;;) {
    const digits = bytes.toString('latin1', at, at + 4);
    if (digits.length < 4) return undefined;
    if (digits === FLUSH) return changes;
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 0;
    if (length < 5) throw invalid(`${JSON.stringify(digits)} is no length of a packet`);
    if (bytes.length < at + length) return undefined;
    const change = commandOf(bytes.toString('utf8', at + 4, at + length));
    if (change) changes.push(change);
    at += length;
  }
}

/**
 * `<old> <new> <ref>`, then capabilities behind a NUL; `shallow` lines move nothing. What git could read otherwise than
 * we do is refused: rights are judged by what is read here.
 */
function commandOf(line: string): RefChange | undefined {
  if (/^shallow [0-9a-f]{40,64}\n?$/i.test(line)) return undefined;
  if (line.startsWith('push-cert')) throw invalid('signed pushes are not supported; push without --signed');
  const match = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([^\0\n]+)(\n?$|\n?\0)/i.exec(line);
  const [, before, after, ref] = match ?? [];
  if (!before || !after || !ref) throw invalid(`${JSON.stringify(line.slice(0, 100))} is no command`);
  return { ref, before: before.toLowerCase(), after: after.toLowerCase() };
}

function invalid(what: string): SlipwayError {
  return new SlipwayError('InvalidPush', `push: ${what}`);
}
