import type { Clock, Log, LogFields } from '@slipway/api';

/** JSON lines, one for each message, as clusters collect them. */
export function streamLog(
  stream: { write(text: string): unknown },
  { clock, debug }: { clock: Clock; debug: boolean },
): Log {
  const logWith = (base: LogFields): Log => {
    const at = (level: string) => (message: string, fields?: LogFields) => {
      const time = new Date(clock.now()).toISOString();
      stream.write(`${JSON.stringify({ time, level, message, ...base, ...fields })}\n`);
    };
    return {
      debug: debug ? at('debug') : () => {},
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: more => logWith({ ...base, ...more }),
    };
  };
  return logWith({});
}
