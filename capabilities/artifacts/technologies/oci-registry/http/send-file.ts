import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { SlipwayError } from '@slipway/api';

const CHUNK_BYTES = 512 * 1024;

/**
 * Sends bytes `start` to `end` (both included) of a file as a body and ends it. Two buffers take turns, one is read
 * while the other is on its way: memory that is new for each piece costs more than the reading.
 * @throws SlipwayError `BlobTruncated` when the file is shorter, after the connection has been broken off
 */
export async function sendFile(
  path: string,
  { start, end }: { start: number; end: number },
  response: ServerResponse,
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const spare = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - start + 1));
    const buffers = [spare, end - start < CHUNK_BYTES ? spare : Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    let sending: Promise<boolean> = Promise.resolve(true);
    for (let at = start, turn = 0; at <= end; turn = 1 - turn) {
      const buffer = buffers[turn] ?? spare;
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at + 1), at);
      if (!(await sending)) return;
      if (bytesRead === 0) throw truncated(path, at, response);
      sending = write(response, buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    await sending;
    response.end();
  } finally {
    await file.close();
  }
}

/** False: the client went away. Resolves when the bytes are no longer needed. */
function write(response: ServerResponse, bytes: Buffer): Promise<boolean> {
  return new Promise(resolve => {
    if (response.destroyed) return resolve(false);
    const gone = () => resolve(false);
    response.once('close', gone);
    response.write(bytes, error => {
      response.off('close', gone);
      resolve(!error);
    });
  });
}

function truncated(path: string, at: number, response: ServerResponse): SlipwayError {
  response.destroy();
  return new SlipwayError(
    'BlobTruncated',
    `blob: ${path}: ends at byte ${at}, before it should; push it again`,
  );
}
