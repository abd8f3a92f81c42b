import { readConfig, readRunning } from '@slipway/platform';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, EXIT, print } from '../output.ts';

const LIMIT_MS = 30_000;

/** Stops the platform of a data folder and waits until its process is gone. */
export async function run(options: GlobalOptions): Promise<number> {
  const { data } = readConfig(options.data);
  const running = await readRunning(data);
  if (!running) {
    print(options.output, { stopped: false, data }, () => `no platform runs with ${data}`);
    return EXIT.done;
  }
  process.kill(running.pid, 'SIGTERM');
  for (let waited = 0; waited < LIMIT_MS; waited += 50) {
    if (!(await readRunning(data))) {
      print(options.output, { stopped: true, data }, () => `stopped; data is kept in ${data}`);
      return EXIT.done;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new CommandError(`process ${running.pid} did not stop in ${LIMIT_MS / 1000} s`, {
    next: `kill -9 ${running.pid} (nothing acknowledged is lost)`,
  });
}
