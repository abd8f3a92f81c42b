import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TestPlatform } from './platform.fixture.ts';
import { FLUSH } from './smart-http/pkt-line.ts';

/** Sends packets as a push to `default/shop`, without any git, and a flush behind them; the answer's text. */
export async function receivePack(
  { url, ca }: Pick<TestPlatform, 'url' | 'ca'>,
  token: string,
  packets: Buffer[],
): Promise<string> {
  const body = Buffer.concat([...packets, Buffer.from(FLUSH)]);
  const sent = request(`${url}/default/shop.git/git-receive-pack`, {
    method: 'POST',
    ca,
    agent: false,
    headers: {
      authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}`,
      'content-type': 'application/x-git-receive-pack-request',
      'content-length': body.length,
    },
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return text(answer);
}
