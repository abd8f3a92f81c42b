import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { ByteStream } from '@slipway/api';

/** A Node stream in the words of the seam. */
export function byteStream(stream: Duplex): ByteStream {
  stream.on('error', () => {});
  return {
    incoming: stream,
    write: async chunk => {
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
    },
    end: () => void stream.end(),
    destroy: () => void stream.destroy(),
  };
}
