import { type ByteStream, type LogOptions, type NodeConnector, StatusError } from '@slipway/api';

/** Pods that answer in a way tests can tell: logs are lines, exec echoes, ports shout back. */
export const echoConnector: NodeConnector = {
  logs(pod, options) {
    const { container } = options;
    if (options.previous)
      throw new StatusError('BadRequest', `previous terminated container "${container}" not found`);
    return lines(pod.name, options);
  },
  async exec(_pod, options, streams) {
    await streams.stdout?.(Buffer.from(`ran ${options.command.join(' ')}\n`));
    await streams.stderr?.(Buffer.from('warned\n'));
    for await (const chunk of streams.stdin ?? []) await streams.stdout?.(chunk);
    return { exitCode: options.command[0] === 'fail' ? 3 : 0 };
  },
  async attach(_pod, _options, streams) {
    await streams.stdout?.(Buffer.from('attached\n'));
  },
  async portForward(_pod, port) {
    if (port === 81) throw new Error('nothing listens');
    return shouting();
  },
};

async function* lines(pod: string, { container, follow }: LogOptions) {
  yield Buffer.from(`${pod}/${container}: first\n`);
  if (follow) yield Buffer.from('followed\n');
}

/** Gives back what it gets, in capitals; ends when the other side does. */
function shouting(): ByteStream {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) =>
      controller.enqueue(Buffer.from(Buffer.from(chunk).toString().toUpperCase())),
  });
  const writer = writable.getWriter();
  return {
    incoming: readable as unknown as AsyncIterable<Uint8Array>,
    write: chunk => writer.write(chunk),
    end: () => void writer.close(),
    destroy: () => void writer.abort(),
  };
}
