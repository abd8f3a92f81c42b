import { PassThrough, type Readable } from 'node:stream';

const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Splits the stream of a process without a terminal: frames of one byte for the stream, three zeros, four bytes of
 * length (Docker Engine API, "Attach to a container", Stream format).
 */
export function splitFrames(source: Readable): { stdout: Readable; stderr: Readable } {
  const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
  let waiting = Buffer.alloc(0);
  const finish = () => {
    outputs.stdout.end();
    outputs.stderr.end();
  };
  source.on('data', chunk => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    while (waiting.length >= HEADER_BYTES) {
      const size = waiting.readUInt32BE(4);
      if (waiting.length < HEADER_BYTES + size) return;
      const target = waiting[0] === STDERR ? outputs.stderr : outputs.stdout;
      const content = waiting.subarray(HEADER_BYTES, HEADER_BYTES + size);
      waiting = waiting.subarray(HEADER_BYTES + size);
      if (target.write(content)) continue;
      source.pause();
      target.once('drain', () => source.resume());
    }
  });
  source.once('end', finish);
  source.once('close', finish);
  return outputs;
}

/** With a terminal there is one output. */
export function plainOutput(source: Readable): { stdout: Readable; stderr: Readable } {
  const stdout = new PassThrough();
  source.pipe(stdout);
  source.once('close', () => stdout.end());
  return { stdout, stderr: new PassThrough().end() };
}
