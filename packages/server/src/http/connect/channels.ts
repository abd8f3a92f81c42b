import type { ExecStreams } from '@slipway/api';
import type { WebSocket } from 'ws';
import { ByteQueue } from './byte-queue.ts';

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** WebSocket subprotocols of exec and attach that we speak, best first. */
export const CHANNEL_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Which streams the client wants. */
export interface Wanted {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

/** Splits the numbered channels of a WebSocket into streams. */
export function channelStreams(socket: WebSocket, wanted: Wanted): ExecStreams {
  const stdin = new ByteQueue();
  const resizes = new ByteQueue();
  socket.on('message', (data: Buffer) => {
    const [channel, ...rest] = [data[0], data.subarray(1)];
    const payload = rest[0] ?? Buffer.alloc(0);
    if (channel === CHANNEL.stdin) hold(socket, stdin.push(payload));
    if (channel === CHANNEL.resize) void resizes.push(payload);
    if (channel === CHANNEL.close && payload[0] === CHANNEL.stdin) stdin.end();
  });
  socket.on('close', () => {
    stdin.end();
    resizes.end();
  });
  return {
    ...(wanted.stdin ? { stdin } : {}),
    ...(wanted.stdout ? { stdout: chunk => sendOn(socket, CHANNEL.stdout, chunk) } : {}),
    ...(wanted.stderr && !wanted.tty ? { stderr: chunk => sendOn(socket, CHANNEL.stderr, chunk) } : {}),
    ...(wanted.tty ? { resizes: sizesIn(resizes) } : {}),
  };
}

/** No more is read from the client until the other side took what is there. */
function hold(socket: WebSocket, ready: Promise<void>): void {
  socket.pause();
  void ready.then(() => socket.resume());
}

async function* sizesIn(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ width: number; height: number }> {
  for await (const chunk of chunks) {
    const size = JSON.parse(Buffer.from(chunk).toString()) as { Width?: number; Height?: number };
    yield { width: size.Width ?? 80, height: size.Height ?? 24 };
  }
}

function sendOn(socket: WebSocket, channel: number, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(Buffer.concat([Buffer.from([channel]), chunk]), error => (error ? reject(error) : resolve()));
  });
}

/** The last word on the error channel, then a proper end. */
export async function finish(socket: WebSocket, status: object): Promise<void> {
  await sendOn(socket, CHANNEL.error, Buffer.from(JSON.stringify(status))).catch(() => {});
  socket.close(1000);
}
