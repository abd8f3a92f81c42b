import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Text that a build says, bounded: the beginning and the end are kept, the middle is dropped and counted. */
export interface BuildLog {
  line(text: string): void;
  /** Takes a process's output until it ends. */
  pipe(output: Readable): Promise<void>;
  /** The last lines, for `status.tail`. */
  tail(): string;
  text(): string;
}

const HEAD_BYTES = 128 << 10;
const END_BYTES = 320 << 10;
const TAIL_LINES = 40;
const TAIL_CHARACTERS = 4000;
/** A line longer than this is cut: progress bars without line ends would grow for ever. */
const LINE_CHARACTERS = 4000;

/** @param secrets texts that must not appear; they are replaced */
export function buildLog(secrets: string[] = []): BuildLog {
  const head: string[] = [];
  let headBytes = 0;
  let end: string[] = [];
  let endBytes = 0;
  let dropped = 0;

  function line(text: string): void {
    const clean = redact(withoutControl(text), secrets).slice(0, LINE_CHARACTERS);
    const bytes = Buffer.byteLength(clean) + 1;
    if (headBytes + bytes <= HEAD_BYTES && end.length === 0) {
      head.push(clean);
      headBytes += bytes;
      return;
    }
    end.push(clean);
    endBytes += bytes;
    while (endBytes > END_BYTES) {
      endBytes -= Buffer.byteLength(end[0] ?? '') + 1;
      end = end.slice(1);
      dropped++;
    }
  }

  async function pipe(output: Readable): Promise<void> {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for await (const chunk of output) {
      const lines = (rest + decoder.write(chunk as Buffer)).split(/\r?\n|\r/);
      rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS);
      for (const each of lines) line(each);
    }
    if (rest !== '') line(rest);
  }

  return {
    line,
    pipe,
    tail: () => [...head, ...end].slice(-TAIL_LINES).join('\n').slice(-TAIL_CHARACTERS),
    text: () => [...head, ...(dropped > 0 ? [`… ${dropped} lines left out …`] : []), ...end].join('\n'),
  };
}

function redact(text: string, secrets: string[]): string {
  return secrets.reduce(
    (result, secret) => (secret === '' ? result : result.replaceAll(secret, '***')),
    text,
  );
}

/** Without terminal colours and other control characters. */
function withoutControl(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  return text.replace(/\u001B\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000B-\u001F\u007F]/g, '');
}
