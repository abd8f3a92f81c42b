// The service behind every proxy: 1 KiB for each request on a kept connection, as cheaply as Node can.
import { type AddressInfo, createServer } from 'node:net';

const body = 'x'.repeat(1024);
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
);
const END = Buffer.from('\r\n\r\n');

const server = createServer({ noDelay: true }, socket => {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    const read = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let end = read.indexOf(END); end >= 0; end = read.indexOf(END, from)) {
      from = end + END.length;
      socket.write(answer);
    }
    rest = read.subarray(from);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
