import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { type GitAction, recordPush } from '../audit.ts';
import type { Verdict } from '../branch-protection/guard.ts';
import type { RefChange } from '../refs-publisher.ts';
import type { GitServer } from '../server.ts';
import { FLUSH, packet, progress, sideband } from './pkt-line.ts';

/**
 * Answers a push as git does whose hook declined it: reasons behind `remote:`, and for each reference `[remote
 * rejected]`. Nothing of the push is kept, not even what it could have moved.
 */
export async function refusePush(
  server: GitServer,
  action: GitAction,
  { moves, verdict, source }: { moves: RefChange[]; verdict: Verdict; source: Readable },
  response: ServerResponse,
): Promise<void> {
  await recordPush(server, action, moves, 'denied').catch(() => {});
  // A client that still sends does not read an answer.
  for await (const chunk of source) void chunk;
  const lines = moves.map(({ ref }) => {
    const reason = verdict.refused.has(ref) ? 'protected branch' : 'the push was refused for another branch';
    return packet(`ng ${ref} ${reason}\n`);
  });
  const report = Buffer.concat([packet('unpack ok\n'), ...lines, Buffer.from(FLUSH)]);
  response.writeHead(200, {
    'content-type': 'application/x-git-receive-pack-result',
    'cache-control': 'no-cache',
  });
  for (const reason of verdict.refused.values()) response.write(progress(reason));
  response.write(sideband(1, report));
  response.end(FLUSH);
}
