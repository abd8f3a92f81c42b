import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '@slipway/api';
import {
  type Config,
  FIRST_PLATFORM,
  knownPlatforms,
  type PlatformReport,
  readConfig,
  readRunning,
  rememberPlatform,
  startPlatform,
} from '@slipway/platform';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, columns, duration, EXIT, mark, print, say } from '../output.ts';

interface Options extends GlobalOptions {
  file?: string;
  platform?: string;
  port?: number;
  httpPort?: number;
  apiPort?: number;
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
  const { timeout, platform: name, ...rest } = options;
  const further = name !== undefined && name !== FIRST_PLATFORM;
  const platform = await startPlatform(config, {
    ...rest,
    ...portsOf(options, { further }),
    ...(further ? { name } : {}),
    timeoutMs: timeout * 1000,
    signal: stop.signal,
    progress: line => say(line),
  });
  if (options.file !== undefined) {
    // Loaded when it is needed: most starts need nothing of it.
    const { bringPackages } = await import('../package/bring-packages.ts');
    await bringPackages(options, options.file);
  }
  // A list that cannot be written takes nothing from the platform.
  await remember(config, name).catch(error => say(`platform list: ${messageOf(error)}`));
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

/** Those that everybody knows are the first platform's; others take free ones, once. */
function portsOf({ port, httpPort, apiPort }: Options, { further }: { further: boolean }) {
  const preset = further
    ? { port: 0, httpPort: 0, apiPort: 0 }
    : { port: 8443, httpPort: 8080, apiPort: 6443 };
  return {
    port: port ?? preset.port,
    httpPort: httpPort ?? preset.httpPort,
    apiPort: apiPort ?? preset.apiPort,
  };
}

/** Every platform gets a name, so that `slipway platform list` knows it. */
async function remember(config: Config, name: string | undefined): Promise<void> {
  const known = await rememberPlatform(config.folders, { name: name ?? nameFor(config), data: config.data });
  const same = await sameDomain(config);
  if (same && known.data === config.data)
    say(
      `platform ${same} has the same domain: browsers take the two for one; set spec.domain in one of them`,
    );
}

function nameFor({ data, folders }: Config): string {
  if (data === folders.defaultData) return FIRST_PLATFORM;
  // A folder's name, or what is left of it.
  const label = basename(data)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 30);
  return label === '' || label === FIRST_PLATFORM ? `platform-${process.pid}` : label;
}

/** Another platform that runs here with this one's domain. */
async function sameDomain({ data, folders }: Config): Promise<string | undefined> {
  const own = await readRunning(data);
  for (const other of knownPlatforms(folders)) {
    if (other.data === data) continue;
    if ((await readRunning(other.data))?.domain === own?.domain) return other.name;
  }
  return undefined;
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
