import { SlipwayError } from '@slipway/api';
import { spawnGit } from './command.ts';

export interface GitObject {
  id: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  size: number;
}

/** Reads objects of one repository through one long-lived `git cat-file --batch-command`. */
export interface GitObjects {
  /** `name` is anything git resolves (`main:path`, an id); undefined when there is no such object. */
  info(name: string): Promise<GitObject | undefined>;
  /** As `info`, with the content. @throws SlipwayError ObjectTooLarge when it is larger than `maxBytes` */
  read(name: string, maxBytes?: number): Promise<(GitObject & { data: Buffer }) | undefined>;
  /** Ends the process; what is asked afterwards is refused. */
  close(): void;
  /** The process has ended, by `close` or by itself. */
  readonly closed: boolean;
}

const MOST_BYTES = 64 * 1024 * 1024;

interface Waiting {
  withContent: boolean;
  resolve(answer: (GitObject & { data: Buffer }) | undefined): void;
  reject(error: Error): void;
}

/**
 * @example
 * const objects = openObjects('/data/shop.git');
 * const file = await objects.read('main:package.json');
 * objects.close();
 */
export function openObjects(repository: string): GitObjects {
  const child = spawnGit(['--git-dir', repository, 'cat-file', '--batch-command']);
  const waiting: Waiting[] = [];
  let chunks: Buffer[] = [];
  let have = 0;
  let need = 0;
  let closed: Error | undefined;
  const fail = (error: Error) => {
    closed ??= error;
    for (const one of waiting.splice(0)) one.reject(closed);
  };
  child.on('error', fail);
  child.stdin.on('error', fail);
  child.stderr.resume();
  child.on('close', () => fail(new SlipwayError('GitClosed', `git cat-file ended: "${repository}"`)));
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    have += chunk.length;
    // A large object arrives in many chunks: they are joined once, when all are there.
    if (have < need) return;
    let buffer = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    need = 0;
    for (let next = waiting[0]; next; next = waiting[0]) {
      const taken = takeAnswer(buffer, next.withContent);
      if (typeof taken === 'number') {
        need = taken;
        break;
      }
      waiting.shift();
      buffer = buffer.subarray(taken.length);
      next.resolve(taken.answer);
    }
    chunks = buffer.length > 0 ? [buffer] : [];
    have = buffer.length;
  });
  const ask = (verb: 'info' | 'contents', name: string) => {
    if (closed) return Promise.reject(closed);
    if (/[\n\0]/.test(name)) return Promise.resolve(undefined);
    return new Promise<(GitObject & { data: Buffer }) | undefined>((resolve, reject) => {
      waiting.push({ withContent: verb === 'contents', resolve, reject });
      child.stdin.write(`${verb} ${name}\n`);
    });
  };
  return {
    info: name => ask('info', name),
    read: async (name, maxBytes = MOST_BYTES) => {
      const found = await ask('info', name);
      if (!found) return undefined;
      if (found.size > maxBytes) {
        const text = `object "${name}": ${found.size} bytes, at most ${maxBytes} are read`;
        throw new SlipwayError('ObjectTooLarge', text);
      }
      return ask('contents', found.id);
    },
    get closed() {
      return closed !== undefined;
    },
    close: () => {
      fail(new SlipwayError('GitClosed', `reader of "${repository}" is closed`));
      child.stdin.end();
    },
  };
}

/** One answer, or how many bytes are needed before it can be taken. */
function takeAnswer(
  buffer: Buffer,
  withContent: boolean,
): { length: number; answer: (GitObject & { data: Buffer }) | undefined } | number {
  const end = buffer.indexOf(0x0a);
  if (end < 0) return buffer.length + 1;
  const line = buffer.toString('utf8', 0, end);
  const header = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(line);
  if (!header) return { length: end + 1, answer: undefined };
  const size = Number(header[3]);
  const object = { id: header[1] ?? '', type: header[2] as GitObject['type'], size };
  if (!withContent) return { length: end + 1, answer: { ...object, data: Buffer.alloc(0) } };
  const length = end + 1 + size + 1;
  if (buffer.length < length) return length;
  return { length, answer: { ...object, data: Buffer.from(buffer.subarray(end + 1, end + 1 + size)) } };
}
