import { type Key, messageOf, type NodeConnector } from '@slipway/api';
import { SpdySession, type SpdyStream } from './spdy-session.ts';

/** Half of a forwarded connection: the client opens an error stream and a data stream with one request id. */
interface Pair {
  error?: SpdyStream;
  data?: SpdyStream;
}

/** Serves `portforward.k8s.io` streams over any carrier of bytes. */
export function portForwardSession(options: {
  connector: NodeConnector;
  pod: Key;
  write(bytes: Buffer): Promise<void>;
}): SpdySession {
  const pairs = new Map<string, Pair>();
  return new SpdySession(options.write, stream => {
    const request = stream.headers.get('requestid') ?? '';
    const pair = pairs.get(request) ?? {};
    pairs.set(request, pair);
    if (stream.headers.get('streamtype') === 'error') pair.error = stream;
    if (stream.headers.get('streamtype') === 'data') pair.data = stream;
    if (!pair.error || !pair.data) return;
    pairs.delete(request);
    void forward(options, { error: pair.error, data: pair.data });
  });
}

async function forward(
  { connector, pod }: { connector: NodeConnector; pod: Key },
  { error, data }: { error: SpdyStream; data: SpdyStream },
): Promise<void> {
  const port = Number(data.headers.get('port'));
  try {
    const far = await connector.portForward(pod, port);
    await Promise.all([fromPod(far.incoming, data), toPod(data, far)]);
    await error.end();
  } catch (cause) {
    const message = `error forwarding port ${port} to pod ${pod.namespace}/${pod.name}: ${messageOf(cause)}`;
    await error.write(Buffer.from(message)).catch(() => {});
    await error.end().catch(() => {});
    await data.reset().catch(() => {});
  }
}

async function fromPod(incoming: AsyncIterable<Uint8Array>, data: SpdyStream): Promise<void> {
  for await (const chunk of incoming) await data.write(chunk);
  await data.end();
}

async function toPod(
  data: SpdyStream,
  far: { write(chunk: Uint8Array): Promise<void>; end(): void },
): Promise<void> {
  for await (const chunk of data.incoming) await far.write(chunk);
  far.end();
}
