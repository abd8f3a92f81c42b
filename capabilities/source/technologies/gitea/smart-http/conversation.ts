import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, type UserInfo } from '@slipway/api';
import { exitOf, readRefs, spawnGit } from '@slipway/sources';
import { type GitAction, recordPush } from '../audit.ts';
import { judgePush } from '../branch-protection/guard.ts';
import type { RepositoryName } from '../git/name.ts';
import { describeFailure, type RefChange, ZERO_ID } from '../refs-publisher.ts';
import type { GitServer } from '../server.ts';
import type { Service } from './advertisement.ts';
import { FLUSH, progress } from './pkt-line.ts';
import { readCommands } from './push-commands.ts';
import { refusePush } from './refuse-push.ts';

/** A fetch's request is a list of ids: more than this is no honest one. */
const MOST_FETCH_REQUEST = 16 * 1024 * 1024;
/** Beyond git's own limit on a pack: its commands and framing. */
const SLACK = 1024 * 1024;

export interface Conversation {
  service: Service;
  name: RepositoryName;
  repository: string;
  user: UserInfo;
  protocol: string;
  /** The request's body, where it was read already. */
  body?: Buffer;
}

/**
 * Second half of a fetch or push: the request's body goes into git, git's answer to the client. A push is answered to
 * its end only when the Repository object tells of it.
 */
export async function converse(
  server: GitServer,
  conversation: Conversation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { service, repository, protocol } = conversation;
  const isPush = service === 'git-receive-pack';
  const source = bodyOf(request);
  const moves = isPush ? await readCommands(source) : [];
  const action = { ...conversation, request };
  const isEmpty = async () => (await readRefs(repository)).size === 0;
  const verdict = await judgePush(server, conversation, moves, isEmpty);
  if (verdict.refused.size > 0) return refusePush(server, action, { moves, verdict, source }, response);
  await recordPush(server, action, moves);
  const strict = verdict.denyForce ? ['-c', 'receive.denyNonFastForwards=true'] : [];
  const args = [...strict, service.slice('git-'.length), '--stateless-rpc', repository];
  const env = { ...server.gitEnv, ...(protocol ? { GIT_PROTOCOL: protocol } : {}) };
  const child = spawnGit(args, { env, signal: server.signal });
  const exit = exitOf(child, args);
  child.stderr.resume();
  response.writeHead(200, { 'content-type': `application/x-${service}-result`, 'cache-control': 'no-cache' });
  // Nobody reads the answer of a fetch any more; a push that arrived whole goes on to its end.
  response.once('close', () => {
    if (!isPush && !response.writableEnded) child.kill('SIGTERM');
  });
  const { body } = conversation;
  if (body) child.stdin.on('error', () => {}).end(body);
  const most = isPush ? server.maxPushBytes : MOST_FETCH_REQUEST;
  const feeding = body ? Promise.resolve() : feed({ source, request }, child.stdin, most);
  const held = isPush ? holdingFlush() : undefined;
  const answer = held ? child.stdout.pipe(held.stream) : child.stdout;
  const answering = pipeline(answer, response, { end: false }).catch(error => {
    server.log.debug('a Git client went away', { repository, error: messageOf(error) });
  });
  const refused = await feeding.then(
    () => [],
    error => {
      child.kill('SIGTERM');
      return [messageOf(error)];
    },
  );
  await exit.catch(() => {});
  await answering;
  const remarks = [...refused, ...(moves.length > 0 ? await afterPush(server, action, moves) : [])];
  if (!response.writable) return;
  for (const remark of held ? remarks : []) response.write(progress(remark));
  response.end(held?.flush() ?? '');
}

/** Tells the platform; a failure is a remark to the one who pushed, for the commits are stored. */
async function afterPush(
  server: GitServer,
  action: GitAction & { repository: string },
  moves: RefChange[],
): Promise<string[]> {
  const { name, user, repository } = action;
  try {
    const lost = await notMoved(repository, moves);
    await recordPush(server, action, lost, 'failed').catch(() => {});
    await server.publisher.publish(name, user);
    return [];
  } catch (error) {
    server.log.warn('a push was not published', { repository, error: messageOf(error) });
    return [describeFailure(error)];
  }
}

/** Those that git did not do: somebody was quicker, or its settings forbid it. */
async function notMoved(repository: string, moves: RefChange[]): Promise<RefChange[]> {
  if (moves.length === 0) return [];
  const refs = new Map(await readRefs(repository, 'refs/'));
  return moves.filter(({ ref, after }) => (refs.get(ref.slice('refs/'.length)) ?? ZERO_ID) !== after);
}

function bodyOf(request: IncomingMessage): Readable {
  return request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
}

/**
 * The request's body into git. What git no longer reads is read and dropped, so that the client comes to read git's
 * answer, which says why. Rejects when the client went away or sends more than `most` bytes.
 */
function feed(
  { source, request }: { source: Readable; request: IncomingMessage },
  stdin: Writable,
  most: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let size = 0;
    let ended = false;
    let listening = true;
    const stopListening = () => {
      listening = false;
      source.resume();
    };
    // A git that ends closes its input without an error when nothing was being written.
    stdin.on('error', stopListening);
    stdin.on('close', stopListening);
    source.on('data', (chunk: Buffer) => {
      size += chunk.length;
      // git's own limit gives the better message; this one holds where git has none. The rest is read and dropped:
      // a client that still sends does not read an answer.
      if (size > most + SLACK && listening) stdin.destroy();
      if (!listening || stdin.write(chunk)) return;
      source.pause();
      stdin.once('drain', () => source.resume());
    });
    source.resume();
    source.once('end', () => {
      ended = true;
      stdin.end();
      resolve();
    });
    source.once('error', reject);
    request.once('close', () => {
      if (!ended && !request.complete) reject(new Error('the client went away'));
    });
  });
}

/** Keeps back the flush that ends the conversation, so that remarks can still go before it. */
function holdingFlush(): { stream: Transform; flush(): string } {
  let tail: Buffer = Buffer.alloc(0);
  let sawFlush = false;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const all = tail.length > 0 ? Buffer.concat([tail, chunk]) : chunk;
      const cut = Math.max(0, all.length - FLUSH.length);
      tail = all.subarray(cut);
      done(null, all.subarray(0, cut));
    },
    flush(done) {
      sawFlush = tail.toString('latin1') === FLUSH;
      done(null, sawFlush ? undefined : tail);
    },
  });
  return { stream, flush: () => (sawFlush ? FLUSH : '') };
}
