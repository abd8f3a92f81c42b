import { join } from 'node:path';
import { systemClock, systemRandom } from '@slipway/api';
import { serveBackup } from './backup/serve-backup.ts';
import { tellComponentFacts } from './component-facts.ts';
import type { Config, UpOptions } from './config.ts';
import { localAdminToken } from './credentials.ts';
import { diskFull, isDiskFull, openFolder, requireWritable, writeDurably } from './data-folder.ts';
import { engineParameters } from './engine-parameters.ts';
import { startEngines } from './engines.ts';
import { openLogFile } from './log-file.ts';
import { type Machine, startMachine } from './machine.ts';
import { mount, probesOf, watchHealth } from './mount.ts';
import { readDefinition } from './read-definition.ts';
import { awaitReady, type ProbeResult, reportComponents } from './readiness.ts';
import { type PlatformReport, type RunningPlatform, writeRunning } from './running.ts';
import { serveSecurityReport } from './security/security-report.ts';
import { createSignIn } from './sign-in.ts';

export interface StartOptions extends UpOptions {
  /** Stops the start itself when aborted. */
  signal: AbortSignal;
  /** Told once for each step, for people. */
  progress: (line: string) => void;
}

export interface StartedPlatform {
  report: PlatformReport;
  signInLink: string | undefined;
  stop(): Promise<void>;
}

/** What has to be undone, newest first, when the platform stops or does not come up. */
type Cleanup = () => Promise<unknown>;

/**
 * Starts a platform: everything is on loopback, everything is stopped again when a step fails.
 * @throws SlipwayError or DefinitionError that names what is wrong and what to do
 */
export async function startPlatform(config: Config, options: StartOptions): Promise<StartedPlatform> {
  const cleanups: Cleanup[] = [];
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return await compose(config, options, { cleanups, stop });
  } catch (error) {
    await stop().catch(() => {});
    throw isDiskFull(error) ? diskFull(config.data, error) : error;
  }
}

async function compose(
  config: Config,
  options: StartOptions,
  { cleanups, stop }: { cleanups: Cleanup[]; stop: () => Promise<void> },
): Promise<StartedPlatform> {
  const clock = systemClock;
  const random = systemRandom;
  const started = clock.now();
  // Whatever is wrong with a file is said before anything is touched.
  const given = options.file === undefined ? undefined : await readDefinition(options.file, config);
  const data = await openFolder(config.data);
  await requireWritable(data);
  const log = openLogFile(join(data.path, 'platform.log'), { clock, debug: config.debug });
  cleanups.push(() => log.close());
  const machine = await startMachine({
    config,
    data,
    options,
    selection: given,
    clock,
    random,
    log,
    cleanups,
  });
  const { controlPlane, addresses, selection } = machine;
  const engines = await startEngines(selection.components, machine.ports, {
    addresses,
    environments: selection.environments.map(environment => environment.name),
    parametersOf: engineParameters(config, addresses),
  });
  cleanups.push(() => Promise.allSettled(engines.map(each => each.running.stop())));
  await mount(engines, machine, { clock, log, cleanups });
  const adminToken = await localAdminToken(data.path, random);
  serveSecurityReport({ machine, data: data.path, keysFolder: config.keysFolder, adminToken, clock });
  await serveBackup(machine, engines, { data: data.path, clock, log });
  options.progress('asking every component');
  const probes = engines.flatMap(probesOf);
  const results = await awaitReady(probes, { clock, timeoutMs: options.timeoutMs });
  const ready = results.every(result => result.healthy);
  await reportComponents(controlPlane.client, results, { clock, log });
  await tellComponentFacts(controlPlane.client, engines, { addresses, log });
  watchHealth(probes, { clock, log, client: controlPlane.client, cleanups });
  const running = runningOf(machine, data.path);
  await writeRunning(running);
  const signInLink = ready ? await createSignIn(controlPlane.client, running.issuer) : undefined;
  if (signInLink) await writeDurably(running.signInFile, `${signInLink}\n`);
  const report = reportOf({
    running,
    ready,
    results,
    warning: warningOf(machine),
    ms: clock.now() - started,
  });
  log.info('started', { ready, ms: report.ms });
  return { report, signInLink, stop };
}

function runningOf({ id, addresses, kubeconfig, caFile, sandbox }: Machine, data: string): RunningPlatform {
  return {
    id,
    pid: process.pid,
    portal: addresses.url(''),
    api: `https://localhost:${addresses.apiPort}`,
    git: addresses.url('git'),
    registry: addresses.url('registry'),
    issuer: `${addresses.url('id')}/realms/slipway`,
    domain: addresses.domain,
    appsDomain: addresses.appsDomain,
    kubeconfig,
    ca: caFile,
    signInFile: join(data, 'sign-in'),
    data,
    driver: sandbox.driver,
  };
}

/** What the driver cannot keep, in one sentence; undefined when it keeps everything. */
function warningOf({ sandbox }: Machine): string | undefined {
  const missing = Object.values(sandbox.guarantees).flatMap(each => (each.holds ? [] : [each.reason]));
  return missing.length === 0 ? undefined : missing.join('; ');
}

function reportOf(given: {
  running: RunningPlatform;
  ready: boolean;
  results: ProbeResult[];
  warning: string | undefined;
  ms: number;
}): PlatformReport {
  const { portal, api, kubeconfig, ca, signInFile, data, pid, driver } = given.running;
  return {
    ready: given.ready,
    portal,
    api,
    kubeconfig,
    ca,
    signInFile,
    data,
    pid,
    driver,
    ...(given.warning ? { warning: given.warning } : {}),
    components: given.results,
    ms: given.ms,
  };
}
