import { once } from 'node:events';
import { auditChain } from '@slipway/client';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { EXIT, say } from '../../output.ts';

interface Options extends GlobalOptions {
  since?: string;
}

/** One record a line, oldest first. The head is said beside it: whoever keeps it elsewhere notices a cut end. */
export async function run({ since, ...target }: Options): Promise<number> {
  const { client } = await connect(target);
  let [count, head] = [0, ''];
  for await (const { apiVersion, kind, spec, status } of auditChain(client, since ? { since } : {})) {
    const isTaken = process.stdout.write(`${JSON.stringify({ apiVersion, kind, spec, status })}\n`);
    if (!isTaken) await once(process.stdout, 'drain');
    count++;
    head = `${status?.sequence}:${status?.hash}`;
  }
  say(count === 0 ? 'no records' : `${count} records; note this head elsewhere: ${head}`);
  return EXIT.done;
}
