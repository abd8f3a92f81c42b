import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@slipway/api';
import { type PlatformReport, readConfig, readRunning, startPlatform } from '@slipway/platform';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, columns, duration, EXIT, mark, print, say } from '../output.ts';

interface Options extends GlobalOptions {
  file?: string;
  port: number;
  httpPort: number;
  apiPort: number;
  driver: 'auto' | 'docker' | 'sandbox' | 'process';
  detach?: boolean;
  timeout: number;
}

/** Starts the platform, prints the ready block, and stays until a signal ends it. */
export async function run(options: Options): Promise<number> {
  if (options.detach) return detach(options);
  const config = readConfig(options.data);
  const stop = new AbortController();
  const stopped = new Promise<void>(resolve =>
    stop.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  const onSignal = signalHandler(stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const { timeout, ...rest } = options;
  const platform = await startPlatform(config, {
    ...rest,
    timeoutMs: timeout * 1000,
    signal: stop.signal,
    progress: line => say(line),
  });
  if (options.file !== undefined) {
    // Loaded when it is needed: most starts need nothing of it.
    const { bringPackages } = await import('../package/bring-packages.ts');
    await bringPackages(options, options.file);
  }
  print(options.output, platform.report, () => readyBlock(platform.report, platform.signInLink));
  if (!platform.report.ready) {
    await platform.stop();
    return EXIT.unhealthy;
  }
  await stopped;
  say('stopping');
  await platform.stop();
  say('stopped; the same command brings everything back');
  return EXIT.done;
}

/** A terminal signals everybody at once, and the launcher passes its signal on: that is one wish, not two. */
const ONE_WISH_MS = 500;

function signalHandler(stop: AbortController): () => void {
  let firstAt: number | undefined;
  return () => {
    firstAt ??= performance.now();
    // The second wish does not wait for anybody.
    if (stop.signal.aborted && performance.now() - firstAt > ONE_WISH_MS) process.exit(EXIT.failed);
    stop.abort(new CommandError('stopped before it was ready'));
  };
}

function readyBlock(report: PlatformReport, link: string | undefined): string {
  const failed = report.components.filter(component => !component.healthy);
  const portal = report.components.some(each => each.capability === 'developer-portal');
  const list = columns([
    ['CAPABILITY', 'TECHNOLOGY', 'STATE', 'PROBE'],
    ...report.components.map(each => [each.capability, each.technology, mark(each.healthy), each.probe]),
  ]);
  if (!report.ready)
    return `${list}\n\nnot ready after ${duration(report.ms)}: ${failed.map(each => each.capability).join(', ')}`;
  return `${list}

Slipway is ready (${duration(report.ms)})
  portal      ${portal ? report.portal : 'none in this definition'}
  sign in     ${link && process.stdout.isTTY ? `${link}  (works once, for 10 minutes)` : `link in ${report.signInFile}`}
  kubectl     KUBECONFIG=${report.kubeconfig}
  data        ${report.data}
  pods        ${report.driver}${report.warning ? ` (${report.warning})` : ''}
  stop        Ctrl-C, or slipway down`;
}

/** Starts the same command in the background and waits until it says that it is ready. */
async function detach(options: Options): Promise<number> {
  const config = readConfig(options.data);
  if (await readRunning(config.data))
    throw new CommandError(`a platform runs already with ${config.data}`, { next: 'slipway status' });
  const output = join(config.data, 'up.out');
  const { mkdir, readFile } = await import('node:fs/promises');
  await mkdir(config.data, { recursive: true, mode: 0o700 });
  const sink = openSync(output, 'w', 0o600);
  const args = process.argv.slice(1).filter(arg => arg !== '--detach');
  const json = options.output === 'json' ? [] : ['-o', 'json'];
  const child = spawn(process.execPath, [...process.execArgv, ...args, ...json], {
    detached: true,
    stdio: ['ignore', sink, sink],
  });
  child.unref();
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  for (;;) {
    const text = await readFile(output, 'utf8').catch(() => '');
    const line = text.split('\n').find(each => each.startsWith('{"ready"'));
    if (line) {
      const report = JSON.parse(line) as PlatformReport;
      print(options.output, report, () => readyBlock(report, undefined));
      return report.ready ? EXIT.done : EXIT.unhealthy;
    }
    const over = await Promise.race([
      ended.then(() => true),
      new Promise<false>(resolve => setTimeout(resolve, 50, false)),
    ]);
    if (over)
      throw new CommandError(
        `it ended before it was ready: ${messageOf(text.trim().split('\n').slice(-2).join(' '))}`,
      );
  }
}
