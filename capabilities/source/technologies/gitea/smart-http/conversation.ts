import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, type UserInfo } from '@slipway/api';
import { exitOf, spawnGit } from '@slipway/sources';
import type { RepositoryName } from '../git/name.ts';
import { cleanRepository } from '../git/storage.ts';
import { describeFailure } from '../refs-publisher.ts';
import type { GitServer } from '../server.ts';
import type { Service } from './advertisement.ts';
import { FLUSH, progress } from './pkt-line.ts';

/** A fetch's request is a list of ids: more than this is no honest one. */
const MOST_FETCH_REQUEST = 16 * 1024 * 1024;

export interface Conversation {
  service: Service;
  name: RepositoryName;
  repository: string;
  user: UserInfo;
  protocol: string;
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
  const args = [service.slice('git-'.length), '--stateless-rpc', repository];
  const env = { ...server.gitEnv, ...(protocol ? { GIT_PROTOCOL: protocol } : {}) };
  const child = spawnGit(args, { env, signal: server.signal });
  const exit = exitOf(child, args);
  child.stderr.resume();
  response.writeHead(200, { 'content-type': `application/x-${service}-result`, 'cache-control': 'no-cache' });
  const isPush = service === 'git-receive-pack';
  // Nobody reads the answer of a fetch any more; a push that arrived whole goes on to its end.
  response.once('close', () => {
    if (!isPush && !response.writableEnded) child.kill('SIGKILL');
  });
  const feeding = feed(request, child.stdin, isPush ? server.maxPushBytes : MOST_FETCH_REQUEST);
  const held = isPush ? holdingFlush() : undefined;
  const answering = pipeline(child.stdout, held?.stream ?? new PassThrough(), response, { end: false }).catch(
    error => {
      server.log.debug('a Git client went away', { repository, error: messageOf(error) });
    },
  );
  const fed = await feeding.catch(error => {
    child.kill('SIGKILL');
    return messageOf(error);
  });
  const exitCode = await exit;
  await answering;
  if (exitCode > 128) await cleanRepository(repository);
  const remarks = [...(fed ? [fed] : []), ...(isPush ? await afterPush(server, conversation) : [])];
  if (!response.writable) return;
  for (const remark of held ? remarks : []) response.write(progress(remark));
  response.end(held?.flush() ?? '');
}

/** Tells the platform; a failure is a remark to the one who pushed, for the commits are stored. */
async function afterPush(server: GitServer, { name, user, repository }: Conversation): Promise<string[]> {
  try {
    await server.publisher.publish(name, user);
    return [];
  } catch (error) {
    server.log.warn('a push was not published', { repository, error: messageOf(error) });
    return [describeFailure(error)];
  }
}

/** Resolves with nothing, or with what the client should read. Rejects when the client went away. */
async function feed(
  request: IncomingMessage,
  stdin: NodeJS.WritableStream,
  most: number,
): Promise<undefined> {
  const source: Readable =
    request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  if (source !== request) request.once('error', error => source.destroy(error));
  let size = 0;
  // git's own limit gives the better message; this one holds when git never gets that far.
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > most + 1024 * 1024) return done(new Error(`the request is larger than ${most} bytes`));
      done(null, chunk);
    },
  });
  try {
    await pipeline(source, limit, stdin);
  } catch (error) {
    // git stops reading when it has refused a push; it says why in its answer.
    if (
      ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String((error as NodeJS.ErrnoException).code)) &&
      !request.destroyed
    ) {
      request.resume();
      return undefined;
    }
    throw error;
  }
  return undefined;
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
