import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Answer } from './check.ts';

const STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;
const UNIMPLEMENTED = '12';

/**
 * Asks a gRPC server for the health of a service ('': of all), over a connection that is then closed.
 * The protocol is grpc.health.v1.Health/Check; words are those of upstream's prober.
 */
export async function checkGrpc(socket: Duplex, service: string, timeoutMs: number): Promise<Answer> {
  const session = connect('http://pod', { createConnection: () => socket });
  const late = setTimeout(
    () => session.destroy(new Error('context deadline exceeded'), constants.NGHTTP2_CANCEL),
    timeoutMs,
  );
  try {
    const { code, said, status } = await ask(session, service);
    if (code === UNIMPLEMENTED) {
      const message = `this server does not implement the grpc health protocol (grpc.health.v1.Health): ${said}`;
      return { ok: false, message };
    }
    if (code !== '0') return { ok: false, message: `health rpc probe failed: code ${code}: ${said}` };
    if (status === SERVING) return { ok: true, message: '' };
    return {
      ok: false,
      message: `service unhealthy (responded with ${JSON.stringify(STATUS[status] ?? status)})`,
    };
  } finally {
    clearTimeout(late);
    session.destroy();
    socket.destroy();
  }
}

function ask(
  session: ClientHttp2Session,
  service: string,
): Promise<{ code: string; said: string; status: number }> {
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    const call = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'kube-probe/1.36',
    });
    const chunks: Buffer[] = [];
    const seen: Record<string, unknown> = {};
    call.on('error', reject);
    call.on('response', headers => Object.assign(seen, headers));
    call.on('trailers', headers => Object.assign(seen, headers));
    call.on('data', chunk => chunks.push(chunk));
    call.on('end', () =>
      resolve({
        code: String(seen['grpc-status'] ?? 'none'),
        said: decodeURIComponent(String(seen['grpc-message'] ?? '')),
        status: statusIn(Buffer.concat(chunks)),
      }),
    );
    call.end(request(service));
  });
}

/** A gRPC frame (a flag, four bytes of length) around HealthCheckRequest { string service = 1 }. */
function request(service: string): Buffer {
  const name = Buffer.from(service);
  // Names longer than one byte of length can tell are no names of services.
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, name.length & 0x7f]), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** HealthCheckResponse { ServingStatus status = 1 }; a message without fields means the first value. */
function statusIn(frame: Buffer): number {
  return frame[5] === 0x08 ? (frame[6] ?? 0) : 0;
}
